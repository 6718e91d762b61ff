import { plan, sizeAfter } from './geometry.js';
import { readOptions } from './options.js';

const steps = (width: number, height: number, text: string, canEnlarge = false) =>
  plan({ width, height }, readOptions(text).variant, canEnlarge);
function size(...given: Parameters<typeof steps>): [number, number] {
  const { width, height } = sizeAfter(steps(...given));
  return [width, height];
}

describe('the size of a variant', () => {
  it.each([
    ['as it is', 400, 300, '_', [400, 300]],
    ['fits a width', 400, 300, 'rs:fit:200', [200, 150]],
    ['fits a height', 400, 300, 'rs:fit:0:150', [200, 150]],
    ['fits a box', 400, 300, 'rs:fit:200:200', [200, 150]],
    ['is not enlarged', 400, 300, 'rs:fit:800', [400, 300]],
    ['is enlarged when asked', 400, 300, 'rs:fit:800,el:1', [800, 600]],
    ['has pixels for the screen', 400, 300, 'rs:fit:100,dpr:2', [200, 150]],
    ['fills a box', 400, 300, 'rs:fill:100:100', [100, 100]],
    ['fills a box with what there is', 400, 300, 'rs:fill:350:900', [350, 300]],
    ['fills a box by growing', 400, 300, 'rs:fill:350:900,el:1', [350, 900]],
    ['fills one edge: that is to fit it', 400, 300, 'rs:fill:200', [200, 150]],
    ['is stretched', 400, 300, 'rs:force:50:200', [50, 200]],
    ['is stretched along one edge', 400, 300, 'rs:force:0:100', [400, 100]],
    ['is cropped to pixels', 400, 300, 'c:100:50', [100, 50]],
    ['is cropped to shares', 400, 300, 'c:0.5:0.1', [200, 30]],
    ['is cropped to no more than there is', 400, 300, 'c:1000:10', [400, 10]],
    ['is cropped, then fitted', 400, 300, 'c:100:100,rs:fit:50', [50, 50]],
    ['keeps a pixel of a line', 10_000, 1, 'rs:fit:10:10', [10, 1]],
    ['smart, as any other', 400, 300, 'rs:fill:100:100,g:sm', [100, 100]],
  ])('%s', (_, width, height, text, expected) => {
    expect(size(width, height, text)).toEqual(expected);
  });

  it('of a drawing is any', () => {
    expect(size(40, 30, 'rs:fit:800', true)).toEqual([800, 600]);
  });
});

describe('what is cut out', () => {
  it.each([
    ['ce', 100, 0],
    ['we', 0, 0],
    ['ea', 200, 0],
    ['noea', 200, 0],
    ['fp:0.5:0.5', 100, 0],
    ['fp:0:1', 0, 0],
    ['fp:0.9:0', 200, 0],
  ])('of a wide picture at %s', (gravity, left, top) => {
    expect(steps(600, 200, `rs:fill:200:100,g:${gravity},el:1`).cut).toMatchObject({ left: left / 2, top });
    expect(steps(400, 200, `c:200:200:${gravity}`).crop).toMatchObject({ left, top });
  });
});
