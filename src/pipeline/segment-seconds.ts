/** Length of a segment when nobody says otherwise, seconds. A cut costs about a second; a crash, at most a segment. */
export const SEGMENT_SECONDS = 30;
