import sharp from 'sharp';

/** Kinds that are to be looked at. */
const SHOWN = ['IMAGE', 'VIDEO'];
/** Warnings that say why there is no picture. */
const EXCUSES = ['NO_PICTURE', 'NO_DECODER', 'ENCRYPTED'];
/** Reasons that tell nobody what to do. */
const UNTOLD = ['INTERNAL_ERROR', 'PROCESSOR_ERROR'];

/** Worker processes that have ended, and temporary files, when a file was judged last. */
let endsBefore = 0;

/** What is wrong with how a file was dealt with, in sentences; whether it was accepted is not. */
export async function judge(stack, { outcome, kind, mime, outputs, warnings, code, reason, asset }) {
  const problems = [];
  if (outcome === 'HUNG') problems.push('it is neither READY nor FAILED');
  if (stack.workerEnds > endsBefore) problems.push('the worker died');
  endsBefore = stack.workerEnds;
  if (outcome === 'FAILED' || outcome === 'REFUSED') {
    if (!reason || !code || UNTOLD.includes(code)) problems.push(`nobody is told why (${code})`);
  }
  if (outcome === 'READY') {
    const isShown = SHOWN.includes(kind) || mime === 'application/pdf';
    const isExcused = warnings.some((warning) => EXCUSES.includes(warning));
    if (isShown && !isExcused && !(outputs.includes('thumbnail') && outputs.includes('preview')))
      problems.push('it has no picture');
    for (const name of ['thumbnail', 'preview'].filter((output) => outputs.includes(output)))
      problems.push(...(await look(name, asset[`${name}Url`])));
  }
  return problems;
}

async function look(name, url) {
  const response = await fetch(url);
  if (response.status !== 200) return [`its ${name} answers ${response.status}`];
  try {
    await sharp(Buffer.from(await response.arrayBuffer())).stats();
    return [];
  } catch (error) {
    return [`its ${name} cannot be read: ${error.message}`];
  }
}
