import type { Pixels } from "../../frame.js";
import { CROP_SIZE } from "./alignment.js";
import { applySimilarity, type Similarity } from "./similarity.js";

/** Most samples taken along each side of a crop pixel: beyond it the image is thinned first. */
const MAX_SAMPLES = 4;

/**
 * The aligned crop of an image as the network reads it. A crop pixel is the average of the image over that pixel's own area
 * (bilinear samples, as many as the area has image pixels), so a large face does not alias; a face smaller than the crop is enlarged
 * bilinearly. Outside the image its border repeats.
 *
 * @param image the picture; where a pixel has a fourth byte, as in browsers, it does not count
 * @param cropToImage takes crop coordinates 0…size to image pixels, pixel centres at .5 in both (`alignFace` for size 96)
 * @param size side of the crop in pixels
 * @param out receives the result, at least size·size·3 long; allocated when left out
 * @returns [size, size, 3], RGB in −1…1
 */
export function sampleCrop(
  image: Pixels,
  cropToImage: Similarity,
  size = CROP_SIZE,
  out = new Float32Array(size * size * 3),
): Float32Array {
  const scale = Math.hypot(cropToImage.a, cropToImage.b);
  if (scale > 1.25 * MAX_SAMPLES) {
    const { image: thinned, transform } = thin(image, cropToImage, size, Math.floor(scale / 2.5));
    return sampleCrop(thinned, transform, size, out);
  }
  const samples = Math.max(1, Math.ceil(scale - 0.25));
  accumulate(image, cropToImage, size, samples, out);
  return out;
}

/** Averages samples² bilinear samples, spread evenly over every crop pixel, into `out`. */
function accumulate(image: Pixels, { a, b, tx, ty }: Similarity, size: number, samples: number, out: Float32Array): void {
  const { data, width, height } = image;
  const pixel = bytesOf(image), stride = width * pixel;
  const right = width - 1, bottom = height - 1;
  const factor = 2 / (255 * samples * samples);
  for (let j = 0, p = 0; j < size; j++) {
    for (let i = 0; i < size; i++, p += 3) {
      let red = 0, green = 0, blue = 0;
      for (let n = 0; n < samples; n++) {
        const v = j + (n + 0.5) / samples;
        let x = a * (i + 0.5 / samples) - b * v + tx - 0.5, y = b * (i + 0.5 / samples) + a * v + ty - 0.5;
        for (let m = 0; m < samples; m++, x += a / samples, y += b / samples) {
          const sx = x < 0 ? 0 : x > right ? right : x, sy = y < 0 ? 0 : y > bottom ? bottom : y;
          const ix = sx | 0, iy = sy | 0;
          const fx = sx - ix, fy = sy - iy;
          const w11 = fx * fy, w10 = fx - w11, w01 = fy - w11, w00 = 1 - fx - w01;
          const o = iy * stride + ix * pixel;
          // On the last column or row the fraction is 0: the pixel itself stands in for the neighbour that is not there.
          const p10 = ix < right ? o + pixel : o, down = iy < bottom ? stride : 0;
          const p01 = o + down, p11 = p10 + down;
          red += w00 * data[o] + w10 * data[p10] + w01 * data[p01] + w11 * data[p11];
          green += w00 * data[o + 1] + w10 * data[p10 + 1] + w01 * data[p01 + 1] + w11 * data[p11 + 1];
          blue += w00 * data[o + 2] + w10 * data[p10 + 2] + w01 * data[p01 + 2] + w11 * data[p11 + 2];
        }
      }
      out[p] = red * factor - 1;
      out[p + 1] = green * factor - 1;
      out[p + 2] = blue * factor - 1;
    }
  }
}

/** Bytes of a pixel: 3, or 4 with one that says nothing. */
function bytesOf({ data, width, height }: Pixels): 3 | 4 {
  return data.length === 4 * width * height ? 4 : 3;
}

/** The part of the image under the crop, every `block`×`block` pixels averaged into one, and the transform into it. */
function thin(image: Pixels, t: Similarity, size: number, block: number): { image: Pixels; transform: Similarity } {
  const corners = [[0, 0], [size, 0], [0, size], [size, size]].map(([u, v]) => applySimilarity(t, u, v));
  const span = (axis: 0 | 1, length: number) => {
    const values = corners.map((corner) => corner[axis]);
    const low = Math.min(Math.max(0, Math.floor(Math.min(...values)) - block), Math.max(0, length - block));
    const count = Math.floor((Math.min(length, Math.max(...values) + block) - low) / block);
    return { low, count: Math.max(1, count) };
  };
  const columns = span(0, image.width), rows = span(1, image.height);
  const wide = Math.min(block, image.width), high = Math.min(block, image.height);
  const data = new Uint8Array(columns.count * rows.count * 3);
  const sums = new Uint32Array(columns.count * 3);
  const area = wide * high, pixel = bytesOf(image);
  for (let row = 0; row < rows.count; row++) {
    sums.fill(area >> 1);
    for (let k = 0; k < high; k++) {
      let from = ((rows.low + row * block + k) * image.width + columns.low) * pixel;
      for (let column = 0; column < columns.count; column++) {
        let red = 0, green = 0, blue = 0;
        for (let n = 0; n < wide; n++, from += pixel) {
          red += image.data[from];
          green += image.data[from + 1];
          blue += image.data[from + 2];
        }
        sums[3 * column] += red;
        sums[3 * column + 1] += green;
        sums[3 * column + 2] += blue;
      }
    }
    for (let n = 0; n < sums.length; n++) data[row * sums.length + n] = sums[n] / area;
  }
  return {
    image: { data, width: columns.count, height: rows.count },
    transform: { a: t.a / block, b: t.b / block, tx: (t.tx - columns.low) / block, ty: (t.ty - rows.low) / block },
  };
}
