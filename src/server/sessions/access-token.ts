import { jwtVerify, SignJWT } from 'jose';
import type { SessionId, UserId } from '../../contract/ids.ts';
import { SessionId as SessionIdSchema } from '../../contract/ids.ts';

export const ACCESS_TOKEN_SECONDS = 15 * 60;
const ISSUER = 'akm';
const AUDIENCE = 'akm-api';

export interface AccessTokens {
  sign(subject: { userId: UserId; sessionId: SessionId; nowMs: number }): Promise<string>;
  /** The session the token speaks for, or null when the token is not ours, was changed or has ended. */
  read(token: string): Promise<SessionId | null>;
}

/**
 * JWTs signed with HMAC-SHA256 (RFC 7519), good for 15 minutes. They only name a session: whoever reads one still
 * looks the session up, so a revoked session ends its tokens at once.
 */
export function createAccessTokens(signingSecret: Uint8Array): AccessTokens {
  return {
    async sign({ userId, sessionId, nowMs }) {
      const issuedAt = Math.floor(nowMs / 1000);
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
        .sign(signingSecret);
    },
    async read(token) {
      try {
        const { payload } = await jwtVerify(token, signingSecret, {
          algorithms: ['HS256'],
          typ: 'at+jwt',
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['exp', 'sid'],
        });
        return SessionIdSchema.parse(payload.sid);
      } catch {
        return null;
      }
    },
  };
}
