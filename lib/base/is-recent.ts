/** Accepts a moment (ms) of the last `seconds`. A future one, after a clock was set back, is refused. */
export function isRecent(moment: number, seconds: number, now: number): boolean {
  return moment <= now && now - moment < seconds * 1000;
}
