// The keyboard's focus never falls to nobody: the conversation takes what has lost its place.

const log = document.getElementById("log");

const nobody = () => document.activeElement === document.body || !document.activeElement.checkVisibility();

function rescue() {
  if (nobody()) log.focus({ preventScroll: true });
}

// Makes a change that may take away what has the focus.
export function keepingFocus(change) {
  const had = !nobody();
  change();
  if (had) rescue();
}

// What opened a dialog or a menu may be gone when it closes.
for (const type of ["close", "toggle"]) {
  document.addEventListener(type, ({ newState }) => newState === "open" || rescue(), true);
}
