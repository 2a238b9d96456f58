using System.Text;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>Finalizes orders, downloads their certificates, writes and reads the files.</summary>
public sealed class CertificateService
{
    private static readonly TimeSpan IssuanceTimeout = TimeSpan.FromSeconds(120);

    private readonly ProfileSession _session;
    private readonly CertificateInstaller _installer;

    /// <summary>Makes the service.</summary>
    /// <param name="session">The profile at work.</param>
    public CertificateService(ProfileSession session)
    {
        _session = session;
        _installer = new CertificateInstaller(session.Reporter);
    }

    /// <summary>
    /// Whether the caller runs a script for the new certificate: the mark that says so comes with its files, so that no
    /// kill loses it (see <see cref="DeployHooks"/>).
    /// </summary>
    public bool AwaitsHook { get; set; }

    private ProfileStore Store => _session.Store;

    /// <summary>
    /// Sends the certificate request and waits until the CA has issued. An order that is being issued already is only
    /// waited for.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when the order is valid and saved.</returns>
    /// <exception cref="PoshAcmeException"><c>OrderNotReady</c>, <c>CsrNamesDiffer</c>; or the CA refused or takes longer.</exception>
    public Task FinalizeAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken = default)
        => FinalizeAsync(server, account, order, null, cancellationToken);

    /// <summary>As the other; does not ask the CA for an order that was just seen.</summary>
    internal async Task FinalizeAsync(StoredServer server, StoredAccount account, StoredOrder order, AcmeOrder? known, CancellationToken cancellationToken)
    {
        using var hold = await Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
        var location = OrderService.RequireLocation(order);
        var seen = known?.Location == location ? known : await client.GetOrderAsync(location, cancellationToken).ConfigureAwait(false);
        Keep(order, seen);
        if (seen.Status == "ready")
        {
            seen = await client.FinalizeAsync(seen, RequestFor(account, order), cancellationToken).ConfigureAwait(false);
            Keep(order, seen);
        }

        if (seen is { Status: "valid", Certificate: not null })
        {
            return;
        }

        if (seen.Status is not ("processing" or "valid"))
        {
            throw new PoshAcmeException(
                "OrderNotReady",
                ErrorKind.InvalidOperation,
                $"Order '{order.Name}' status is '{seen.Status}'. It must be 'ready' to finalize.{(seen.Error is null ? string.Empty : " " + seen.Error)}",
                seen.Status == "pending" ? "Look at the open names with Get-PAOrder | Get-PAAuthorization." : "Make a new order with New-PAOrder.");
        }

        Keep(order, await OrderProgress.WaitForCertificateAsync(client, seen.Location, IssuanceTimeout, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Downloads the certificate of a valid order, checks it, and replaces the files of its folder: the live ones stay
    /// until the new set is complete. An order that says so has its certificate put into the store of the system; where
    /// that fails, <see cref="OrderCertificate.InstallFailure"/> tells why.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="PoshAcmeException"><c>OrderNotValid</c>; or the download is not this order's certificate.</exception>
    public async Task<OrderCertificate> CompleteAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken = default)
    {
        using var hold = await Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
        if (order.Status != "valid" || order.Certificate is null)
        {
            Keep(order, await client.GetOrderAsync(OrderService.RequireLocation(order), cancellationToken).ConfigureAwait(false));
        }

        if (order.Status != "valid" || order.Certificate is not { } certificateUrl)
        {
            throw new PoshAcmeException(
                "OrderNotValid",
                ErrorKind.InvalidOperation,
                $"Order '{order.Name}' status is '{order.Status}'. It must be 'valid' to complete.",
                "Run Submit-OrderFinalize first, and see Get-PAOrder -Refresh.");
        }

        _session.Reporter.Verbose($"Downloading the certificate of order '{order.Name}'");
        Replace(account, order, await client.DownloadAsync(certificateUrl, cancellationToken).ConfigureAwait(false));
        var completed = Read(order)!;
        if (order.Install)
        {
            completed.InstallFailure = Install(completed);
        }

        return completed;
    }

    /// <summary>The certificate in an order's folder.</summary>
    /// <param name="order">The order.</param>
    /// <returns>The certificate, or null when none is there yet.</returns>
    public OrderCertificate? Read(StoredOrder order)
        => Store.ReadOrderPem(order, OrderFileNames.Certificate) is { } pem
            ? new OrderCertificate(order, CertificateInfo.FromPem(pem))
            : null;

    private void Keep(StoredOrder order, AcmeOrder seen)
    {
        OrderService.TakeOver(order, seen, keepAuthorizations: true);
        Store.SaveOrder(order);
    }

    /// <summary>The certificate is there by now: what keeps it out of the store does not undo that.</summary>
    private PoshAcmeException? Install(OrderCertificate completed)
    {
        var order = completed.Order;
        var installation = new CertificateInstallation
        {
            PfxPath = completed.PfxFullChain,
            ChainPath = completed.ChainFile,
            Password = order.PfxPass,
            Location = order.InstallStoreLocation,
            StoreName = order.InstallStoreName,
            Exportable = !order.InstallNotExportable,
        };
        try
        {
            _installer.Install(installation);
            return null;
        }
        catch (PoshAcmeException e)
        {
            return new PoshAcmeException(
                "CertificateNotInstalled",
                e.Kind,
                $"The certificate of order '{order.Name}' has been issued, but not installed. {e.Message}",
                $"{e.RecommendedAction} Then: Get-PACertificate -Name '{order.Name}' | Install-PACertificate{installation.ToParameters()}",
                e);
        }
    }

    private byte[] RequestFor(StoredAccount account, StoredOrder order)
    {
        if (order.CSRBase64Url is { Length: > 0 } given)
        {
            _session.Reporter.Verbose("Using the provided certificate request.");
            return RequireNames(Csr.Parse(given), order).ToDer();
        }

        using var key = new OrderKeys(Store, account).ForFinalize(order);
        _session.Reporter.Verbose($"Creating a certificate request with key length {order.KeyLength}{(order.OCSPMustStaple ? " and OCSP Must-Staple" : string.Empty)}.");
        return BuildRequest(order, key);
    }

    /// <summary>A CA takes a request only when it names exactly what was ordered (RFC 8555 section 7.4).</summary>
    private static Csr RequireNames(Csr csr, StoredOrder order)
    {
        return csr.IsFor(order.Names) ? csr : throw new PoshAcmeException(
            "CsrNamesDiffer",
            ErrorKind.InvalidData,
            $"The certificate request of order '{order.Name}' names {string.Join(", ", csr.Names)}, but the order {string.Join(", ", order.Names)}.",
            $"Order anew for the names of the request: New-PAOrder -CSRPath -Name '{order.Name}'.");
    }

    private static byte[] BuildRequest(StoredOrder order, PrivateKey key) => CsrBuilder.Build(key, new CsrOptions
    {
        Names = order.Names,
        Subject = ExchangeTarget.SubjectOf(order),
        MustStaple = order.OCSPMustStaple,
    });

    private void Replace(StoredAccount account, StoredOrder order, IReadOnlyList<string> downloads)
    {
        var leaf = CertificateChain.Parse(downloads[0]).Leaf;
        var csr = order.CSRBase64Url is { Length: > 0 } given ? Csr.Parse(given) : null;
        var keys = new OrderKeys(Store, account);
        using var key = csr is null ? keys.ForCertificate(order, leaf) : null;
        var publicKey = csr?.SubjectPublicKeyInfo ?? key?.SubjectPublicKeyInfo ?? throw new PoshAcmeException(
            "KeyMismatch",
            ErrorKind.Security,
            $"The certificate that the CA issued for order '{order.Name}' fits none of the keys in '{order.Folder}'.",
            "Order anew with New-PAOrder -Force; the certificate in use has not been touched.");
        var chains = DownloadedChains.Read(downloads, publicKey, order.Names, _session.Reporter);
        var chain = DownloadedChains.Choose(chains, order.PreferredChain, _session.Reporter);
        WarnOfLifetime(order, chain.Leaf);
        ExchangeTarget.WarnOfSubject(order, chain.Leaf, _session.Reporter);
        order.CertExpires = Format(chain.Leaf.NotAfter);
        order.RenewAfter = Format(RenewalRules.ByLifetime(chain.Leaf.NotBefore, chain.Leaf.NotAfter));
        Store.ReplaceCertificateFiles(order, FilesOf(order, chain, [.. chains.Select(c => Encoding.ASCII.GetBytes(c.IssuersPem))], key) with
        {
            Key = key is null ? null : keys.ToPem(order, key),
            KeyPassword = key is null ? null : keys.PasswordFile(order),
            Request = Encoding.ASCII.GetBytes((csr ?? Csr.FromDer(BuildRequest(order, key!))).ToPem()),
            PendingHook = AwaitsHook ? new StoredHook(order.Folder) { Thumbprint = chain.Leaf.Thumbprint, Since = _session.Clock.UtcNow }.ToBytes() : null,
        });
    }

    /// <summary>A CA may also pay no heed to the lifetime that was asked for.</summary>
    private void WarnOfLifetime(StoredOrder order, CertificateInfo leaf)
    {
        var lifetime = leaf.NotAfter - leaf.NotBefore;
        if (order.LifetimeDays is > 0 and var wanted && lifetime.TotalDays < wanted - 1)
        {
            _session.Reporter.Warning(FormattableString.Invariant(
                $"The certificate of order '{order.Name}' is valid for {lifetime.TotalDays:0.#} days, not for the {wanted} days that were asked for."));
        }
    }

    /// <summary>The files that follow from a certificate, its chain and its key.</summary>
    internal static CertificateFileSet FilesOf(StoredOrder order, CertificateChain chain, IReadOnlyList<byte[]> offered, PrivateKey? key)
    {
        var hasPfx = key is not null && !order.NoPfx;
        return new()
        {
            Certificate = Encoding.ASCII.GetBytes(chain.LeafPem),
            OfferedChains = offered,
            Chain = Encoding.ASCII.GetBytes(chain.IssuersPem),
            FullChain = Encoding.ASCII.GetBytes(chain.FullChainPem),
            Pfx = hasPfx ? PfxWriter.Create(chain.Leaf, [], key!, PfxOptionsFor(order)) : null,
            PfxFullChain = hasPfx ? PfxWriter.Create(chain.Leaf, chain.Issuers, key!, PfxOptionsFor(order)) : null,
        };
    }

    private static PfxOptions PfxOptionsFor(StoredOrder order) => new()
    {
        Password = order.PfxPass,
        FriendlyName = order.FriendlyName,
        Modern = order.UseModernPfxEncryption,
        CryptographicServiceProvider = order.Target == CertificateTarget.Exchange ? PfxOptions.SchannelProvider : null,
    };

    private static string Format(DateTimeOffset date)
        => date.UtcDateTime.ToString(StoredDocument.TimeFormat, System.Globalization.CultureInfo.InvariantCulture);
}
