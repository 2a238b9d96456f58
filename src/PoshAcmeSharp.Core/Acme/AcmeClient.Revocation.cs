using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Acme;

/// <content>Revocation without an account.</content>
public sealed partial class AcmeClient
{
    /// <summary>Revokes a certificate by its own key (RFC 8555 section 7.6): whoever has the key may.</summary>
    /// <param name="certificateKey">The certificate's key; it stays the caller's.</param>
    /// <param name="certificate">The certificate, DER.</param>
    /// <param name="reason">Why: a code of RFC 5280 section 5.3.1; 0 tells no reason.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is revoked.</returns>
    /// <exception cref="AcmeProblemException">Such as <c>AcmeProblem.alreadyRevoked</c>, <c>AcmeProblem.badRevocationReason</c>.</exception>
    /// <exception cref="PoshAcmeException"><c>RevocationNotSupported</c>.</exception>
    public Task RevokeCertificateAsync(AccountKey certificateKey, byte[] certificate, int reason, CancellationToken cancellationToken = default)
        => RevocationRequest.SendAsync(
            (url, payload) => _requests.PostAsync(url, new Signer(certificateKey, null), payload, Repeat.Always, null, cancellationToken),
            Directory,
            certificate,
            reason);
}
