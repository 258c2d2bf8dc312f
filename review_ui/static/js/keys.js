// One letter does what a button or link on the page does: `data-action` names it, the person's settings say which letter.
// Nothing is bound to a letter that the page does not show as a button, so that everything works without keys as well.

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const FIELDS = "select, textarea, input:not([type=hidden])";

function actions() {
  return JSON.parse(document.body.dataset.keys || "{}"); // letter -> action
}

function visible(element) {
  return element.checkVisibility() && !element.disabled;
}

function find(action) {
  const dialog = document.querySelector("dialog[open]");
  const found = [...(dialog ?? document).querySelectorAll(`[data-action~="${action}"]`)].filter(visible);
  return found.find((element) => element.closest("main")) ?? found[0]; // the page's own before that of the header
}

function act(element) {
  if (element.matches(TYPING)) {
    element.focus();
    element.select?.();
  } else {
    element.focus();
    element.click();
    if (element.matches("summary")) element.parentElement.querySelector(FIELDS)?.focus();
  }
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (event.target.closest?.(TYPING)) {
    if (event.key === "Escape") event.target.blur(); // back to the letters
    return;
  }
  const member = /^[1-9]$/.test(event.key) && document.body.dataset.keys !== "{}" && find(`member-${event.key}`);
  const action = actions()[event.key.toLowerCase()];
  const element = member || (action && find(action));
  if (!element) return;
  event.preventDefault();
  act(element);
}

export function startKeys() {
  document.addEventListener("keydown", pressed);
}
