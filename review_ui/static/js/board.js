// Regrouping: cards with the records, columns with the children. A card is dragged, or moved with its own select box: without
// script the select boxes alone do it.

export function startBoard() {}
