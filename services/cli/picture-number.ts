/** Enough of a picture's id to mean it alone: it begins with the millisecond, so eight digits would mean a minute's pictures. */
export function pictureNumber(id: string): string {
  return id.slice(0, 18);
}
