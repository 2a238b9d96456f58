using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// Issues certificates from names to chain without a profile on disk, for programs that keep their own state. The
/// number of round trips in sequence does not depend on the number of names.
/// </summary>
public sealed class CertificateIssuer
{
    private readonly AcmeAccountClient _account;
    private readonly IDnsResolver _resolver;

    /// <summary>Makes an issuer.</summary>
    /// <param name="account">The account.</param>
    /// <param name="resolver">Who asks the DNS whether records are there; null: a resolver of the system's network.</param>
    public CertificateIssuer(AcmeAccountClient account, IDnsResolver? resolver = null)
    {
        _account = account;
        _resolver = resolver ?? new DnsResolver();
    }

    /// <summary>Orders, publishes, waits, validates, finalizes and downloads; what was published is removed whatever happens.</summary>
    /// <param name="names">DNS names, wildcards, IP addresses; the first one is the main name.</param>
    /// <param name="plugin">Publishes the answers: an <see cref="IDnsChallengePlugin"/> or <see cref="IHttpChallengePlugin"/>.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="cancellationToken">Stops it; the clean-up still runs.</param>
    /// <returns>The certificate with its key; dispose it to clear the key.</returns>
    /// <exception cref="PoshAcmeException">Any step failed; the id tells which way.</exception>
    public async Task<IssuedCertificate> IssueAsync(
        IReadOnlyList<string> names,
        IChallengePlugin plugin,
        IssueOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new IssueOptions();
        var identifiers = names.Select(AcmeIdentifier.Parse).Distinct().ToList();

        // The key takes as long as a few round trips: it is made while they are under way.
        var keyTask = Task.Run(() => PrivateKey.Generate(options.KeyLength), cancellationToken);
        var isKeyUsed = false;
        try
        {
            var order = await _account.NewOrderAsync(identifiers, options.Order, cancellationToken).ConfigureAwait(false);
            if (order.Status == "pending")
            {
                await ValidateAsync(order, plugin, options, cancellationToken).ConfigureAwait(false);
            }

            var key = await keyTask.ConfigureAwait(false);
            var valueList = identifiers.ConvertAll(i => i.Value);
            var csr = CsrBuilder.Build(key, new CsrOptions { Names = valueList });
            var finalized = await _account.FinalizeAsync(order, csr, cancellationToken).ConfigureAwait(false);
            if (finalized.Status != "valid" || finalized.Certificate is null)
            {
                finalized = await OrderProgress.WaitForCertificateAsync(_account, order.Location, options.IssuanceTimeout, cancellationToken).ConfigureAwait(false);
            }

            var downloads = await _account.DownloadAsync(finalized.Certificate!, cancellationToken).ConfigureAwait(false);
            var chains = DownloadedChains.Read(downloads, key.SubjectPublicKeyInfo, valueList, _account.Options.Reporter);
            var issued = new IssuedCertificate(key, DownloadedChains.Choose(chains, options.PreferredChain, _account.Options.Reporter));
            isKeyUsed = true;
            return issued;
        }
        finally
        {
            if (!isKeyUsed)
            {
                _ = DiscardAsync(keyTask);
            }
        }
    }

    /// <summary>Clears a key that nobody needs any more, as soon as it is there; nobody waits for that.</summary>
    private static async Task DiscardAsync(Task<PrivateKey> keyTask)
    {
        try
        {
            (await keyTask.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is PoshAcmeException or OperationCanceledException)
        {
            // There is no key; why the issuance failed is on its way already.
        }
    }

    private async Task ValidateAsync(AcmeOrder order, IChallengePlugin plugin, IssueOptions options, CancellationToken cancellationToken)
    {
        var authorizations = await _account.GetAuthorizationsAsync(order.Authorizations, cancellationToken).ConfigureAwait(false);
        OrderProgress.ThrowIfFailed(authorizations);
        var answers = authorizations.Where(a => a.Status != "valid").Select(a => ChallengeAnswer.Make(_account, a, plugin, options.DnsVariant)).ToList();
        await new ChallengeRound(_account, _resolver).RunAsync(answers, options.DnsWait, options.ValidationTimeout, cancellationToken).ConfigureAwait(false);
    }
}
