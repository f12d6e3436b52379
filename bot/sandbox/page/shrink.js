// Photos that are too large for Telegram, made smaller before they are sent, as its apps do.

import { fileOf } from "/canvas.js";

const LARGEST = 10 * 2 ** 20; // bytes: Telegram's limit for a photo
const LONGEST_SIDE = 2560; // px, twice the longest side that Telegram keeps
const QUALITY = 0.87; // of JPEG: as the sandbox stores photos

// The photo itself if it is small enough, or no picture that the browser can open.
export async function shrunk(file) {
  if (file.size <= LARGEST) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  return picture ? fileOf(smaller(picture), file.name, "image/jpeg", QUALITY) : file;
}

function smaller(picture) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) => Math.ceil(side * scale));
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#ffffff"; // JPEG knows nothing transparent
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  picture.close();
  return canvas;
}
