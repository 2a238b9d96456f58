using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>The server that an issuance begins with.</content>
public sealed partial class ServerService
{
    private const string DefaultServer = "LE_PROD";

    /// <summary>
    /// The server to issue at, with a fresh directory: the one that is given, which becomes current; else the current one.
    /// Only a profile that nobody has used yet gets the default, Let's Encrypt, and a warning says so: no CA is ever
    /// fallen back to that nobody chose.
    /// </summary>
    /// <param name="directoryUrl">A directory URL or well-known name, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The server.</returns>
    /// <exception cref="PoshAcmeException"><c>NoServer</c>: there are servers, but none is chosen. Or it cannot be used.</exception>
    public async Task<StoredServer> SelectAsync(string? directoryUrl, CancellationToken cancellationToken = default)
    {
        if (directoryUrl is not null)
        {
            return await SetAsync(new ServerSettings { DirectoryUrl = directoryUrl }, cancellationToken).ConfigureAwait(false);
        }

        if (!Store.HasServers())
        {
            _session.Reporter.Warning($"The profile has no ACME server yet; {DefaultServer}, the production server of Let's Encrypt, is used.");
            return await SetAsync(new ServerSettings { DirectoryUrl = DefaultServer }, cancellationToken).ConfigureAwait(false);
        }

        var server = _session.RequireServer();
        await RefreshAsync(server, cancellationToken).ConfigureAwait(false);
        return server;
    }
}
