import jsQR from 'jsqr';

/** One dark rectangle, in any unit, from the top left. */
export interface Dark {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What a camera reads in a picture of RGBA pixels; null where it finds no code. */
export function scan(pixels: Uint8ClampedArray, width: number, height: number): string | null {
  const found = jsQR.default(pixels, width, height, { inversionAttempts: 'dontInvert' });
  return found && Buffer.from(found.binaryData).toString('utf8');
}

/** What a camera reads where these rectangles are black on white, `scale` pixels a unit. */
export function scanDrawn(dark: readonly Dark[], side: { width: number; height: number }, scale: number): string | null {
  const [width, height] = [Math.ceil(side.width * scale), Math.ceil(side.height * scale)];
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const one of dark) {
    for (let y = Math.round(one.y * scale); y < Math.round((one.y + one.height) * scale); y++) {
      for (let x = Math.round(one.x * scale); x < Math.round((one.x + one.width) * scale); x++)
        pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return scan(pixels, width, height);
}

/** What a camera reads on a picture of ours (`qrSvg`), three pixels a module. */
export function scanSvg(svg: string): string | null {
  const side = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
  const dark = [...svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g)].map(([, x, y, width]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: 1,
  }));
  return scanDrawn(dark, { width: side, height: side }, 3);
}
