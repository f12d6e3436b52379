// The dialog with the drawing board.

import { whenDrawn as whenSent } from "./board.js";

const dialog = document.getElementById("draw");

for (const opener of document.querySelectorAll("[data-opens=draw]")) {
  opener.addEventListener("click", () => dialog.showModal());
}

// `deliver` gets the PNG file and tells whether it arrived; the dialog closes meanwhile.
export function whenDrawn(deliver) {
  whenSent((file) => {
    dialog.close();
    return deliver(file);
  });
}
