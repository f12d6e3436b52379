// Canvases as files.

// At once: toBlob waits for the browser to be idle, which can take seconds.
export function fileOf(canvas, name, type, quality) {
  const letters = atob(canvas.toDataURL(type, quality).split(",")[1]);
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt());
  return new File([bytes], name, { type });
}
