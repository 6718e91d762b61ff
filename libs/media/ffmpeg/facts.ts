import { durationOf, type Probed, type ProbedStream } from './probe.js';

/** What films and sounds have in common. */
export interface AvFacts {
  /** ffmpeg's name for how the streams are packed: `mov,mp4,m4a,3gp,3g2,mj2`, `matroska,webm`. */
  container: string;
  /** Absent when neither the file nor reading it shows. */
  durationMs?: number;
  /** Bits a second, of all streams together. */
  bitrate?: number;
  hasAudio: boolean;
  /** ffmpeg's names, as `h264`, `aac`. */
  audioCodec?: string;
  channels?: number;
  /** Hertz. */
  sampleRate?: number;
}

/** A stream of moving pictures: a cover is no film. */
export const filmOf = ({ streams }: Probed): ProbedStream | undefined =>
  streams.find((stream) => stream.codec_type === 'video' && !isCover(stream));

/** The first that ffmpeg knows: phones put sound for their own players beside what others play. */
export const soundOf = ({ streams }: Probed): ProbedStream | undefined => {
  const sounds = streams.filter(({ codec_type }) => codec_type === 'audio');
  return sounds.find((sound) => !isUnknown(sound)) ?? sounds[0];
};

export const coverOf = ({ streams }: Probed): ProbedStream | undefined => streams.find(isCover);

const isCover = ({ disposition }: ProbedStream): boolean => disposition.attached_pic === 1;

/** Whether ffmpeg has no name for the codec. */
export const isUnknown = ({ codec_name }: ProbedStream): boolean =>
  codec_name === undefined || codec_name === 'unknown' || codec_name === 'none';

/** Whether it is the decoder that is missing, and not the stream that is damaged. @param said by ffmpeg, asked to decode it */
export const lacksDecoder = (stream: ProbedStream, said: string): boolean => isUnknown(stream) || saysNoDecoder(said);

export const saysNoDecoder = (said: string): boolean => /Decoder .*not found|no decoder found/i.test(said);

export function avFacts(probed: Probed): AvFacts {
  const seconds = durationOf(probed);
  const sound = soundOf(probed);
  const bitrate = probed.format.bit_rate ?? sound?.bit_rate;
  return {
    container: probed.format.format_name,
    ...(seconds !== undefined && { durationMs: Math.round(seconds * 1000) }),
    ...(bitrate !== undefined && { bitrate }),
    hasAudio: sound !== undefined,
    ...(sound?.codec_name !== undefined && { audioCodec: sound.codec_name }),
    ...(sound?.channels && { channels: sound.channels }),
    ...(sound?.sample_rate && { sampleRate: sound.sample_rate }),
  };
}
