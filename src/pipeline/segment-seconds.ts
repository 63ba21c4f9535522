/** Length of a segment when nobody says otherwise, seconds. A cut costs up to a second; a crash, the segment in work, and the one before it while its encoder completes it. */
export const SEGMENT_SECONDS = 30;
