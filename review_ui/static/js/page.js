// What every page does with script: take over links and forms (htmx), put the focus where the reader goes on, say what came of it.
// Without script every link and form works as it stands.

import { startKeys } from "./keys.js";
import { startSession } from "./session.js";
import { startBoard } from "./board.js";

let shown = location.pathname;
let focused = "";

function say(text) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = text;
}

function whatCameOfIt() {
  const status = document.querySelector("main [role=status], main [role=alert]");
  if (!status) return document.title;
  const words = status.cloneNode(true);
  for (const button of words.querySelectorAll("form, button, kbd")) button.remove(); // what to do next is read on the way to it
  return words.textContent.replace(/\s+/g, " ").trim();
}

// The same list with other filters: focus stays. Another page: its autofocus, else its beginning.
function settle() {
  const wanted = document.querySelector("main [autofocus]");
  const stayed = shown === location.pathname && focused && document.getElementById(focused);
  (wanted || stayed || document.getElementById("main"))?.focus({ preventScroll: Boolean(stayed) });
  if (!stayed && !wanted) scrollTo(0, 0);
  shown = location.pathname;
  say(whatCameOfIt());
  start();
}

function start() {
  startSession();
  startBoard();
}

document.addEventListener("htmx:before:request", () => { focused = document.activeElement?.id ?? ""; });
document.addEventListener("htmx:after:settle", settle);
document.addEventListener("htmx:error", () => {
  const notice = document.getElementById("no-answer");
  if (notice) {
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
  }
  say(notice?.textContent.trim() ?? "");
});
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target.closest("[data-print]")) print();
});

startKeys();
start();
