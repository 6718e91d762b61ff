// A process that makes the same pictures of a file as the worker does, with sharp alone: one decode, two encodings.
import sharp from 'sharp';

sharp.concurrency(1);
sharp.cache(false);
const WEBP = { quality: 80, effort: 1 };

process.on('disconnect', () => process.exit());
process.on('message', async ({ input, outputDir, previewEdge, thumbnailEdge }) => {
  const options = { fit: 'inside', withoutEnlargement: true };
  const decoded = sharp(input, { sequentialRead: true }).resize(previewEdge, previewEdge, options).raw();
  const { data, info } = await decoded.toBuffer({ resolveWithObject: true });
  const open = () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
  await Promise.all([
    open().webp(WEBP).toFile(`${outputDir}/bare-preview.webp`),
    open().resize(thumbnailEdge, thumbnailEdge, options).webp(WEBP).toFile(`${outputDir}/bare-thumbnail.webp`),
  ]);
  process.send('made');
});
