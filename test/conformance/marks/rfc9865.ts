import { type Marks, marksOf } from './mark.ts';

const { own, shownBy, clients } = marksOf('RFC 9865');

/** Who has to keep each requirement of RFC 9865. */
export const rfc9865Marks: Marks = {
  ...own('2 #1', '2 #2', '2 #3', '2 #4', '2 #5', '2 #6', '2 #7', '2.1 #1', '2.1 #2', '2.4 #1'),
  ...own('4 #1', '5.2 #1', '5.2 #2', '5.2 #3', '5.2 #4'),
  ...shownBy('4 #1', '4 #2', '4 #3'),
  ...clients('4 #4'),
};
