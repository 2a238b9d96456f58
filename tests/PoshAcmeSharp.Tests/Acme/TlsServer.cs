using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace PoshAcmeSharp.Tests.Acme;

/// <summary>An ACME directory over TLS on the loopback address, with the certificate it is given.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private TlsServer(WebApplication application) => this.application = application;

    public string DirectoryUrl => $"https://localhost:{new Uri(application.Urls.Single()).Port}/directory";

    /// <summary>Starts a server.</summary>
    /// <param name="certificate">Its certificate with the key.</param>
    /// <param name="issuers">What it sends beside it.</param>
    public static async Task<TlsServer> StartAsync(X509Certificate2 certificate, params X509Certificate2[] issuers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ServerCertificateChain = [.. issuers];
            });
        }));
        var application = builder.Build();
        application.Run(http => http.Response.WriteAsync("""{"newNonce":"https://localhost/n","newAccount":"https://localhost/a","newOrder":"https://localhost/o"}"""));
        await application.StartAsync();
        return new TlsServer(application);
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }
}
