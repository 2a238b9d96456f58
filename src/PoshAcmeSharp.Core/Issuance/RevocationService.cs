using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>Revokes certificates (RFC 8555 section 7.6): by the account, or by the certificate's own key.</summary>
public sealed class RevocationService
{
    private readonly ProfileSession _session;

    /// <summary>Makes the service.</summary>
    /// <param name="session">The profile at work.</param>
    public RevocationService(ProfileSession session) => _session = session;

    private ProfileStore Store => _session.Store;

    /// <summary>Whether the certificate of an order can be revoked; why not is told as a warning.</summary>
    /// <param name="order">The order.</param>
    /// <returns>True when it can.</returns>
    public bool CanRevoke(StoredOrder order)
    {
        var reason = Store.ReadOrderFile(order, OrderFileNames.Certificate) is not { Length: > 0 } ? "No cert found to revoke."
            : order.CertExpiresAt is { } expires && expires <= _session.Clock.UtcNow ? "Cert already expired."
            : null;
        if (reason is not null)
        {
            _session.Reporter.Warning($"Unable to revoke certificate for order '{order.Name}'. {reason}");
        }

        return reason is null;
    }

    /// <summary>
    /// Revokes the certificate of an order by its account; where that is no longer valid, by the certificate's key. One
    /// that is revoked already is a warning.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="reason">Why: a code of RFC 5280 section 5.3.1; 0 tells no reason.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is revoked.</returns>
    /// <exception cref="PoshAcmeException"><c>NoCertificate</c>, <c>AccountNotValid</c>; the server refused or cannot be reached.</exception>
    public Task RevokeAsync(StoredServer server, StoredAccount account, StoredOrder order, int reason, CancellationToken cancellationToken = default)
    {
        var pem = Store.ReadOrderPem(order, OrderFileNames.Certificate) ?? throw new PoshAcmeException(
            "NoCertificate",
            ErrorKind.NotFound,
            $"No existing certificate found for order '{order.Name}'.",
            "Get-PACertificate -List shows the certificates of the account.");
        return RevokeAsync(server, account, pem, account.IsUsable ? null : LiveKeyPem(account, order), reason, cancellationToken);
    }

    /// <summary>Revokes a certificate by its key where that is given and usable, else by the account.</summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account; null when there is none.</param>
    /// <param name="certificatePem">The certificate; of several in the text the first.</param>
    /// <param name="keyPem">Its private key, or null.</param>
    /// <param name="reason">Why: a code of RFC 5280 section 5.3.1; 0 tells no reason.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is revoked.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidCertificate</c>, <c>NoAccount</c>, <c>AccountNotValid</c>; the server refused or cannot be reached.</exception>
    public async Task RevokeAsync(
        StoredServer server, StoredAccount? account, string certificatePem, string? keyPem, int reason, CancellationToken cancellationToken = default)
    {
        var certificate = CertificateInfo.FromPem(certificatePem);
        using var key = keyPem is null ? null : UsableKey(certificate, keyPem);
        try
        {
            if (key is not null)
            {
                _session.Reporter.Verbose("Revoking the certificate by its own key");
                await _session.ClientOf(server).RevokeCertificateAsync(key, certificate.ToDer(), reason, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                account = _session.RequireValidAccount(server, account?.Id);
                _session.Reporter.Verbose($"Revoking the certificate by account {account.Id}");
                var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
                await client.RevokeCertificateAsync(certificate.ToDer(), reason, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (AcmeProblemException e) when (e.Problem.ShortType == "alreadyRevoked")
        {
            _session.Reporter.Warning($"The certificate {certificate.SerialHex} has been revoked already.");
        }
    }

    private AccountKey? UsableKey(CertificateInfo certificate, string pem)
    {
        PrivateKey? key = null;
        try
        {
            key = PrivateKey.FromPem(pem);
            if (certificate.HasKey(key.SubjectPublicKeyInfo))
            {
                var usable = new AccountKey(key);
                key = null;
                return usable;
            }

            _session.Reporter.Warning("The private key does not belong to the certificate. It is revoked by the account instead.");
        }
        catch (PoshAcmeException e)
        {
            _session.Reporter.Warning($"The private key cannot be used; the certificate is revoked by the account instead. {e.Message}");
        }
        finally
        {
            key?.Dispose();
        }

        return null;
    }

    private string? LiveKeyPem(StoredAccount account, StoredOrder order)
    {
        try
        {
            using var key = new OrderKeys(Store, account).Live(order);
            return key?.ToPem();
        }
        catch (PoshAcmeException e)
        {
            _session.Reporter.Warning($"The private key cannot be used; the certificate is revoked by the account instead. {e.Message}");
            return null;
        }
    }
}
