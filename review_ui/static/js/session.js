// Says two minutes before the end that the session ends, and keeps it open at a press of a button (WCAG 2.2.1). After the end no
// child's data stay on a screen that nobody watches.

const WARN = 120; // seconds before the end

let timers = [];

function warn() {
  const dialog = document.getElementById("session-ends");
  if (dialog && !dialog.open) dialog.showModal();
}

function leave() {
  location.assign(location.pathname + location.search); // which asks to sign in, and leads back here
}

export function startSession() {
  timers.forEach(clearTimeout);
  const seconds = Number(document.body.dataset.sessionSeconds || 0);
  if (seconds <= WARN) return;
  timers = [setTimeout(warn, (seconds - WARN) * 1000), setTimeout(leave, (seconds + 1) * 1000)];
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-stay]");
  if (!button) return;
  const answer = await fetch(button.dataset.stay, { headers: { "HX-Request": "true" } }).catch(() => null);
  button.closest("dialog").close();
  if (answer?.ok && !answer.redirected) startSession();
  else leave();
});
