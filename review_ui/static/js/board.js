// Regrouping: cards with the records, piles with the children. A card is dragged, or moved with its letters; the letters are what is
// sent, so that without script they alone do it. On a focused card the letter of a child moves the card there.

const announcer = () => document.getElementById("announcer");

function place(piece, pile) {
  const radio = piece.querySelector(`input[type=radio][value="${pile.dataset.pile}"]`);
  const focused = piece.contains(document.activeElement) ? document.activeElement : null;
  radio.checked = true;
  if (piece.closest("[data-pile]") !== pile) {
    pile.querySelector("ul").append(piece);
    focused?.focus(); // moving a card loses it
  }
  const board = pile.closest("[data-board]");
  tidy(board);
  board.closest("form").querySelector("[data-preview]")?.remove(); // it was of another division
  announcer().textContent = `${piece.dataset.label}: ${pile.dataset.label}`;
}

// Piles in use and the next empty one are shown; an empty one keeps no ID.
function tidy(board) {
  let spare = false;
  for (const pile of board.querySelectorAll("[data-pile]")) {
    const empty = !pile.querySelector("[data-piece]");
    pile.hidden = empty && spare;
    spare ||= empty;
    pile.querySelector(".nm-pile__empty").hidden = !empty;
    pile.querySelector(".nm-pile__keeps").hidden = empty;
    if (empty) pile.querySelector("select").value = "";
  }
}

function pileOf(board, letter) {
  return [...board.querySelectorAll("[data-pile]")].find((pile) => pile.dataset.pile === letter);
}

function chosen(event) {
  const piece = event.target.closest("[data-piece]");
  if (piece && event.target.type === "radio") place(piece, pileOf(event.currentTarget, event.target.value));
}

function typed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, textarea")) return;
  const piece = event.target.closest("[data-piece]");
  const pile = piece && pileOf(event.currentTarget, event.key.toUpperCase());
  if (!pile) return;
  event.preventDefault(); // a letter that means something else on other pages
  place(piece, pile);
}

let dragged = null;

function dragging(board) {
  for (const piece of board.querySelectorAll("[data-piece]")) {
    piece.draggable = true;
    piece.addEventListener("dragstart", (event) => {
      dragged = piece;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", piece.id); // Firefox drags nothing without data
    });
    piece.addEventListener("dragend", () => { dragged = null; });
  }
  for (const pile of board.querySelectorAll("[data-pile]")) {
    pile.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      pile.classList.add("nm-pile--over");
    });
    pile.addEventListener("dragleave", () => pile.classList.remove("nm-pile--over"));
    pile.addEventListener("drop", (event) => {
      event.preventDefault();
      pile.classList.remove("nm-pile--over");
      if (dragged) place(dragged, pile);
    });
  }
}

export function startBoard() {
  const board = document.querySelector("[data-board]:not([data-started])");
  if (!board) return;
  board.dataset.started = "";
  board.addEventListener("change", chosen);
  board.addEventListener("keydown", typed);
  dragging(board);
}
