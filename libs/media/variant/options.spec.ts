import { PLAIN, readOptions, VariantOptionsError, writeOptions, writeVariant } from './options.js';

describe('the options of a variant', () => {
  it.each([
    ['_', {}],
    ['rs:fill:300:200', { resize: 'fill', width: 300, height: 200 }],
    ['resize:fit:300', { width: 300 }],
    ['rs:force:0:20,dpr:2', { resize: 'force', height: 20, dpr: 2 }],
    ['c:100:50', { crop: { width: 100, height: 50, gravity: 'ce' } }],
    ['c:0.5:0.25:noea', { crop: { width: 0.5, height: 0.25, gravity: 'noea' } }],
    ['c:10:20:fp:0.1:0.9', { crop: { width: 10, height: 20, gravity: { x: 0.1, y: 0.9 } } }],
    ['g:sm,q:75,bl:2.5,el:1,bg:FFaa00', { gravity: 'sm', quality: 75, blur: 2.5, enlarge: true, background: 'ffaa00' }],
  ])('%s', (text, expected) => {
    expect(readOptions(text)).toEqual({ variant: { ...PLAIN, ...expected }, expires: null, version: null });
  });

  it('of a URL', () => {
    expect(readOptions('exp:1767225600,v:3')).toEqual({ variant: PLAIN, expires: 1_767_225_600, version: 3 });
  });

  it.each([
    ['nothing', ''],
    ['an unknown name', 'x:1'],
    ['a name of every object', 'constructor:1'],
    ['no value', 'q'],
    ['too many parts', 'q:1:2'],
    ['twice', 'q:1,quality:2'],
    ['an empty one', 'q:1,,bl:2'],
    ['a word for a number', 'q:best'],
    ['an exponent', 'rs:fit:1e3:1'],
    ['below', 'q:0'],
    ['above', 'q:101'],
    ['a fraction of a pixel', 'rs:fit:10.5'],
    ['a negative', 'rs:fit:-1'],
    ['too wide', 'rs:fit:10001'],
    ['too wide on its screen', 'rs:fit:6000,dpr:2'],
    ['an unknown resize', 'rs:squeeze:1:1'],
    ['an unknown gravity', 'g:up'],
    ['a point without y', 'g:fp:0.5'],
    ['a point outside', 'g:fp:0.5:1.5'],
    ['a crop of nothing', 'c:0:1'],
    ['a crop by what the eye goes to', 'c:10:10:sm'],
    ['a colour by name', 'bg:red'],
    ['more than anybody writes', `bg:${'f'.repeat(300)}`],
  ])('are refused: %s', (_, text) => {
    expect(() => readOptions(text)).toThrow(VariantOptionsError);
  });

  it('are one text however they were written', () => {
    const texts = ['rs:fill:3:2,g:no,q:80', 'quality:80,gravity:no,resize:fill:3:2,el:0,dpr:1'];
    expect(new Set(texts.map((text) => writeVariant(readOptions(text).variant))).size).toBe(1);
  });

  it('come back as they were from what is written', () => {
    for (const text of ['_', 'rs:fill:3:2,g:fp:0.1:0.25,dpr:1.5,el:1', 'c:0.5:20:sowe,bl:0.3,bg:00ff00,exp:5,v:2']) {
      const options = readOptions(text);
      expect(readOptions(writeOptions(options))).toEqual(options);
    }
  });
});
