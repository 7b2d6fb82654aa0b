/** Tells a moment of the last seconds from older ones and from later ones, as a clock that was set back leaves them. */
export function isRecent(moment: number, seconds: number, now: number): boolean {
  return moment <= now && now - moment < seconds * 1000;
}
