/** Options of a benchmark: `--name=number`. */

/** The value of an option; `usual` without it. */
export const option = (name: string, usual: number): number =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split("=")[1] ?? usual);
