using System.Net;
using Newtonsoft.Json;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>Adds servers to a profile, changes their settings, and chooses among them.</summary>
public sealed partial class ServerService
{
    private static readonly string[] AltRefreshHosts = ["pki.goog", "ssl.com", "digicert.com"];
    private static readonly string[] NoContactHosts = ["letsencrypt.org"];

    private static readonly TimeSpan DirectoryRetryBudget = TimeSpan.FromSeconds(10);

    private readonly ProfileSession _session;

    /// <summary>Makes the service.</summary>
    /// <param name="session">The profile at work.</param>
    public ServerService(ProfileSession session) => _session = session;

    private ProfileStore Store => _session.Store;

    /// <summary>Finds the server that settings are about.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>The server, or null when it would be a new one.</returns>
    /// <exception cref="PoshAcmeException"><c>ServerNotFound</c>, <c>NoServer</c>, <c>ServerNameMismatch</c>.</exception>
    public StoredServer? Find(ServerSettings settings)
    {
        if (settings.DirectoryUrl is { } url)
        {
            var known = Store.FindServer(WellKnownServers.ToDirectoryUrl(url));
            return known is null || settings.Name is null || string.Equals(known.Name, settings.Name, StringComparison.OrdinalIgnoreCase)
                ? known
                : throw new PoshAcmeException(
                    "ServerNameMismatch",
                    ErrorKind.InvalidArgument,
                    $"The server {known.Location} is in the profile already, under the name '{known.Name}'.",
                    $"Leave out -Name, or rename it with -NewName '{settings.Name}'.");
        }

        return settings.Name is { } name
            ? Store.FindServer(name) ?? throw new PoshAcmeException(
                "ServerNotFound",
                ErrorKind.NotFound,
                $"There is no server named '{name}' in the profile.",
                "Give -DirectoryUrl to add it; Get-PAServer -List shows what is there.")
            : _session.RequireServer();
    }

    /// <summary>
    /// Adds or changes a server: asks for its directory, saves it and makes it current. Nothing is changed when a new
    /// server cannot be reached; of one that is known, the directory that is kept serves on.
    /// </summary>
    /// <param name="settings">What to set.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The server.</returns>
    /// <exception cref="PoshAcmeException">It cannot be reached, is not trusted, or is no ACME server; or see <see cref="Find"/>.</exception>
    public async Task<StoredServer> SetAsync(ServerSettings settings, CancellationToken cancellationToken = default)
    {
        if (settings.NewName is not null)
        {
            ProfileName.Check(settings.NewName);
        }

        using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        var known = Find(settings);
        var server = known ?? Create(settings);
        Apply(settings, server);
        if (known is null || !settings.NoRefresh)
        {
            await FetchDirectoryAsync(server, known is not null, settings.ProxyCredential, cancellationToken).ConfigureAwait(false);
        }

        Store.SaveServer(server);
        if (settings.ProxyCredential is not null || settings.Proxy?.Length == 0)
        {
            Store.SaveProxyCredential(server, settings.ProxyCredential);
        }

        if (settings.NewName is { } newName && !string.Equals(newName, server.Name, StringComparison.Ordinal))
        {
            Store.RenameServer(server, newName);
        }

        if (!settings.NoSwitch)
        {
            Store.SetCurrentServer(server);
        }

        return server;
    }

    /// <summary>Asks a server for its directory anew and keeps it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is saved.</returns>
    public async Task RefreshAsync(StoredServer server, CancellationToken cancellationToken = default)
    {
        using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);

        // What another command has set while this one waited is not undone.
        Store.ReloadServer(server);
        await FetchDirectoryAsync(server, keptServes: true, null, cancellationToken).ConfigureAwait(false);
        Store.SaveServer(server);
    }

    private StoredServer Create(ServerSettings settings)
    {
        var url = WellKnownServers.ToDirectoryUrl(settings.DirectoryUrl!);
        var host = EndpointPolicy.Require(url, EndpointPolicy.Directory).Host;
        var server = Store.CreateServer(url, settings.Name);
        server.UseAltAccountRefresh = IsOneOf(host, AltRefreshHosts);
        server.IgnoreContact = IsOneOf(host, NoContactHosts);
        return server;
    }

    private static bool IsOneOf(string host, string[] domains)
        => Array.Exists(domains, d => string.Equals(host, d, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + d, StringComparison.OrdinalIgnoreCase));

    private static void Apply(ServerSettings settings, StoredServer server)
    {
        server.SkipCertificateCheck = settings.SkipCertificateCheck ?? server.SkipCertificateCheck;
        server.DisableTelemetry = settings.DisableTelemetry ?? server.DisableTelemetry;
        server.UseAltAccountRefresh = settings.UseAltAccountRefresh ?? server.UseAltAccountRefresh;
        server.DisableARI = settings.DisableARI ?? server.DisableARI;
        server.IgnoreContact = settings.IgnoreContact ?? server.IgnoreContact;
        if (settings.CACertificatePem is { } pem)
        {
            if (pem.Length > 0)
            {
                ServerTrust.Check(pem);
            }

            server.CACertificate = pem.Length > 0 ? pem : null;
        }

        if (settings.Proxy is { } proxy)
        {
            server.Proxy = proxy.Length > 0 ? RequireProxy(proxy) : null;
        }
    }

    private static string RequireProxy(string proxy)
        => Uri.TryCreate(proxy, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? uri.AbsoluteUri
            : throw new PoshAcmeException(
                "InvalidProxy",
                ErrorKind.InvalidArgument,
                "The proxy is not an http or https URL without a user name.",
                "Use a URL such as http://proxy.example.com:3128.");

    private async Task FetchDirectoryAsync(StoredServer server, bool keptServes, NetworkCredential? proxyCredential, CancellationToken cancellationToken)
    {
        var options = _session.OptionsFor(server);

        // Someone waits for the answer, and a mistyped host is the likeliest fault.
        options.RetryBudget = DirectoryRetryBudget;
        options.RequestTimeout = DirectoryRetryBudget;
        options.ProxyCredential = proxyCredential ?? options.ProxyCredential;
        try
        {
            using var client = await AcmeClient.ConnectAsync(server.Location, options, cancellationToken).ConfigureAwait(false);
            server.SetDirectory(client.Directory.Json.ToString(Formatting.None));
        }
        catch (AcmeConnectionException e) when (keptServes && e.ErrorId != "ServerNotTrusted" && server.NewOrder is not null)
        {
            _session.Reporter.Warning($"The directory of '{server.Name}' could not be read anew; the one that is kept serves. {e.Message}");
        }
    }
}
