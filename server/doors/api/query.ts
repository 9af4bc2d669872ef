import * as v from 'valibot';

/** How a whole number is spelled in an address; what is read from it is a number. */
export const WHOLE = /^\d{1,15}$/;
export const wholeNumber = v.pipe(v.string(), v.regex(WHOLE, 'integer'), v.transform(Number));

/** How many rows a page of a list has. */
export const limitUpTo = (most: number) => v.pipe(wholeNumber, v.minValue(1), v.maxValue(most));
