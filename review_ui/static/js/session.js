// Says two minutes before the end that the session ends, and keeps it open at a press of a button (WCAG 2.2.1).

const WARN = 120; // seconds before the end

let timer = 0;

function warn() {
  const dialog = document.getElementById("session-ends");
  if (dialog && !dialog.open) dialog.showModal();
}

export function startSession() {
  clearTimeout(timer);
  const seconds = Number(document.body.dataset.sessionSeconds || 0);
  if (seconds > WARN) timer = setTimeout(warn, (seconds - WARN) * 1000);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-stay]");
  if (!button) return;
  const answer = await fetch(button.dataset.stay, { headers: { "HX-Request": "true" } }).catch(() => null);
  button.closest("dialog").close();
  if (answer?.ok && !answer.redirected) startSession();
  else location.reload();
});
