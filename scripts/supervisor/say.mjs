/** One line about what is being done. */
export function say(line) {
  console.log(`start: ${line}`);
}
