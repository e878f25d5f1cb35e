/** A line on stderr each tenth of the way. */
export function progressOf(what: string, total: number): (done: number) => void {
  let told = 0;
  return (done) => {
    const tenth = Math.floor((10 * done) / total);
    if (tenth <= told) return;
    told = tenth;
    process.stderr.write(`  ${what}: ${done}/${total}\n`);
  };
}
