using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace PoshAcmeSharp.Acme;

/// <content>What an account does outside of orders.</content>
public sealed partial class AcmeAccountClient
{
    /// <summary>More pages than any account has orders for; a list that is longer is a fault.</summary>
    private const int MostListPages = 1000;

    /// <summary>Revokes a certificate that this account was issued, or whose names it has all validated (RFC 8555 section 7.6).</summary>
    /// <param name="certificate">The certificate, DER.</param>
    /// <param name="reason">Why: a code of RFC 5280 section 5.3.1; 0 tells no reason.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is revoked.</returns>
    /// <exception cref="AcmeProblemException">Such as <c>AcmeProblem.alreadyRevoked</c>, <c>AcmeProblem.badRevocationReason</c>.</exception>
    /// <exception cref="PoshAcmeException"><c>RevocationNotSupported</c>.</exception>
    public Task RevokeCertificateAsync(byte[] certificate, int reason, CancellationToken cancellationToken = default)
        => RevocationRequest.SendAsync((url, payload) => PostAsync(url, payload, Repeat.Always, null, cancellationToken), _directory, certificate, reason);

    /// <summary>Asks for an authorization before any order (RFC 8555 section 7.4.1). Few CAs offer it.</summary>
    /// <param name="identifier">The name; no wildcard.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The authorization: a new one, or a valid one that the account has already.</returns>
    /// <exception cref="PoshAcmeException"><c>PreAuthorizationNotSupported</c>.</exception>
    public async Task<AcmeAuthorization> NewAuthorizationAsync(AcmeIdentifier identifier, CancellationToken cancellationToken = default)
    {
        var url = _directory.NewAuthz ?? throw new PoshAcmeException(
            "PreAuthorizationNotSupported",
            ErrorKind.InvalidOperation,
            $"The current ACME server does not support pre-authorization: the directory {_directory.Location} has no newAuthz.",
            "Use New-PAOrder instead.");
        var payload = new JObject { ["identifier"] = new JObject { ["type"] = identifier.Type, ["value"] = identifier.Value } };
        var response = await PostAsync(url, payload.ToString(Formatting.None), Repeat.Always, null, cancellationToken).ConfigureAwait(false);
        return new AcmeAuthorization(ResourceReader.Object(response), RequireLocation(response, "newAuthz")) { RetryAfter = response.RetryAfter };
    }

    /// <summary>Asks for all orders that the server lists for the account (RFC 8555 section 7.1.2.1).</summary>
    /// <param name="listUrl">The URL of the list as the account had it before; null asks for it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An outcome for each order, in the server's order.</returns>
    /// <exception cref="PoshAcmeException"><c>OrderListNotSupported</c>: the server lists no orders.</exception>
    public async Task<IReadOnlyList<Outcome<AcmeOrder>>> ListOrdersAsync(string? listUrl = null, CancellationToken cancellationToken = default)
    {
        var list = listUrl ?? (await FindAccountAsync(cancellationToken).ConfigureAwait(false)).Orders ?? throw NoOrderList(null);
        try
        {
            var (urls, isComplete) = await OrderList.ReadAsync(this, list, MostListPages, cancellationToken).ConfigureAwait(false);
            if (!isComplete)
            {
                Options.Reporter.Warning($"The server's list of orders does not end; the first {urls.Count} are shown.");
            }

            return await Bounded.TrySelectAsync(urls, Parallelism, GetOrderAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeProblemException e) when (e.Status is 404 or 405 or 501)
        {
            throw NoOrderList(e);
        }
    }

    private PoshAcmeException NoOrderList(Exception? inner) => new(
        "OrderListNotSupported",
        ErrorKind.InvalidOperation,
        $"The server {_directory.Location} does not list the orders of accounts (RFC 8555 section 7.1.2.1); few CAs do.",
        "Get-PAOrder -List shows the orders in the profile.",
        inner);
}
