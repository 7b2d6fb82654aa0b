import type { AccountRule } from '../facts.ts';

/** Leaves a time zone out that is not in the IANA database, if the policy requires one that is. */
export const timezone: AccountRule = (draft, { policy }) => {
  const { attributes, timezones } = policy.accounts;
  const name = Object.keys(attributes).find((one) => attributes[one] === 'timezone');
  const zone = name === undefined ? undefined : draft.attributes[name];
  if (timezones !== 'iana' || name === undefined || zone === undefined || isZone(zone)) return draft;
  const { [name]: _, ...others } = draft.attributes;
  return { ...draft, attributes: others };
};

/** Accepts the name of a time zone. Node also accepts offsets such as +01:00, which are not names. */
function isZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
