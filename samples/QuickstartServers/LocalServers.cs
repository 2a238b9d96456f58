using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Logging;
using PoshAcmeSharp.AcmeTestServers;

namespace PoshAcmeSharp.Samples.QuickstartServers;

/// <summary>
/// What the internet has ready for an administrator, on this machine: a CA (Pebble), a DNS server where all names lead
/// back here, and a web server that serves one folder. All end when this is disposed.
/// </summary>
public sealed class LocalServers : IAsyncDisposable
{
    private readonly PebbleServer pebble;
    private readonly DirectoryInfo folder;
    private PhysicalFileProvider? files;
    private WebApplication? web;

    private LocalServers(PebbleServer pebble)
    {
        this.pebble = pebble;
        folder = Directory.CreateTempSubdirectory("acme-quickstart-");
    }

    /// <summary>The ACME directory of the CA.</summary>
    public string DirectoryUrl => pebble.DirectoryUrl;

    /// <summary>A PEM file with the root that the certificate of the CA's own web site ends in.</summary>
    public string CACertificatePath => pebble.ApiCaCertificatePath;

    /// <summary>A PEM file with the root that the certificates it issues end in.</summary>
    public string RootCertificatePath => Path.Combine(folder.FullName, "root.pem");

    /// <summary>The DNS server, host:port.</summary>
    public string NameServer => pebble.DnsServer;

    /// <summary>Where its records are changed: the API of the DNS provider, so to speak.</summary>
    public string DnsApiUrl => pebble.ChallengeManagementUrl;

    /// <summary>The folder that the web server serves.</summary>
    public string WebRoot => Path.Combine(folder.FullName, "wwwroot");

    /// <summary>Starts all and waits until they answer.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The running servers.</returns>
    /// <exception cref="InvalidOperationException">They did not start.</exception>
    public static async Task<LocalServers> StartAsync(CancellationToken cancellationToken)
    {
        var servers = new LocalServers(await PebbleServer.StartAsync(cancellationToken: cancellationToken));
        try
        {
            await File.WriteAllTextAsync(servers.RootCertificatePath, await servers.pebble.IssuingRootsPemAsync(0, cancellationToken), cancellationToken);
            await servers.StartWebServerAsync(cancellationToken);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (web is not null)
        {
            await web.DisposeAsync();
        }

        files?.Dispose();
        await pebble.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task StartWebServerAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{pebble.HttpPort}"));
        web = builder.Build();

        // Challenge files have no extension and lie below a folder whose name begins with a dot.
        files = new PhysicalFileProvider(Directory.CreateDirectory(WebRoot).FullName, ExclusionFilters.None);
        web.UseStaticFiles(new StaticFileOptions { FileProvider = files, ServeUnknownFileTypes = true });
        await web.StartAsync(cancellationToken);
    }
}
