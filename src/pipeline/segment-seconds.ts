/** Length of a segment when nobody says otherwise, seconds. A cut costs about 0.8 s; a crash, at most a segment. */
export const SEGMENT_SECONDS = 30;
