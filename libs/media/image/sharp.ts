import sharp from 'sharp';

/**
 * libvips, set up once for this process. One thread for each picture: with one child for each job, more threads
 * cost memory and win nothing. No cache of operations: no picture comes twice.
 */
sharp.concurrency(1);
sharp.cache(false);

/**
 * Of what libvips can open, only what is meant to be. SVG only from memory: from a file, librsvg also reads the
 * files beside it that the SVG names (images, style sheets, XInclude).
 */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif', 'SvgBuffer'];
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS.map((loader) => `VipsForeignLoad${loader}`) });

export { sharp };
