/** Where the results for a folder are while they are made: beside it, for the folder itself appears only at the end. */
export function unfinishedPath(folder: string): string {
  return `${folder}.partial`;
}
