// The drawing board: a sheet of paper; what is drawn on it becomes a PNG file.

import { fileOf } from "./canvas.js";
import { say } from "./words.js";

const PAPER = "#ffffff";
const INK = "#1b2333";
const PEN = 26; // canvas px: on a sheet of 800, as thick as a felt pen

const [canvas, undo, clear, send, close] = ["paper", "undo", "clear", "draw-send", "draw-close"].map(
  (id) => document.getElementById(id),
);
const context = canvas.getContext("2d");

let strokes = []; // each a list of points [x, y]
let pointer = null; // the mouse, pen or finger that draws

function paint() {
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  Object.assign(context, { strokeStyle: INK, lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  strokes.forEach(trace);
}

// Curves from midpoint to midpoint are smooth where the pointer's own positions make corners.
function trace(points) {
  context.beginPath();
  context.moveTo(...points[0]);
  points.slice(1).forEach(([x, y], index) => {
    const [left, top] = points[index];
    context.quadraticCurveTo(left, top, (left + x) / 2, (top + y) / 2);
  });
  context.lineTo(...points.at(-1));
  context.stroke();
}

function change(next) {
  strokes = next;
  canvas.ariaLabel = strokes.length ? say("paper", { strokes: strokes.length }) : say("paperEmpty");
  for (const button of [undo, clear, send]) button.disabled = !strokes.length;
  // A disabled button would keep the keyboard's focus to itself.
  if (document.activeElement.disabled) close.focus();
  paint();
}

function point({ clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return [((clientX - left) * canvas.width) / width, ((clientY - top) * canvas.height) / height];
}

canvas.addEventListener("pointerdown", (event) => {
  if (event.button || pointer !== null) return;
  pointer = event.pointerId;
  canvas.setPointerCapture(pointer);
  change([...strokes, [point(event)]]);
});
canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== pointer) return;
  const passed = event.getCoalescedEvents?.() ?? [];
  strokes.at(-1).push(...(passed.length ? passed : [event]).map(point));
  paint();
});
canvas.addEventListener("lostpointercapture", () => {
  pointer = null;
});
undo.addEventListener("click", () => change(strokes.slice(0, -1)));
clear.addEventListener("click", () => change([]));
document.addEventListener("keydown", (event) => {
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || !canvas.checkVisibility()) return;
  event.preventDefault();
  change(strokes.slice(0, -1));
});
change([]);

// `deliver` gets the PNG file and tells whether it arrived; until then the drawing stays.
export function whenDrawn(deliver) {
  send.addEventListener("click", async () => {
    const sent = strokes;
    const arrived = await deliver(fileOf(canvas, "drawing.png", "image/png"));
    if (arrived && strokes === sent) change([]);
  });
}
