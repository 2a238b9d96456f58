using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Tests.Support;
using Xunit;
using AcmeIdentifier = PoshAcmeSharp.Acme.AcmeIdentifier;

namespace PoshAcmeSharp.Tests.EndToEnd;

public sealed class TlsAlpnTests
{
    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task A_name_and_an_address_are_validated_by_the_certificates_of_tls_alpn()
    {
        await using var server = await PebbleServer.StartAsync();
        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { CACertificatePem = server.ApiCaCertificatePem });
        using var key = AccountKey.Generate(KeyLength.Ec256);
        var account = await client.NewAccountAsync(key, new NewAccountOptions { TermsOfServiceAgreed = true });
        var order = await account.NewOrderAsync([AcmeIdentifier.Parse("www.alpn.test"), AcmeIdentifier.Parse("127.0.0.1")], new NewOrderOptions());
        var authorizations = await account.GetAuthorizationsAsync(order.Authorizations);
        var answers = authorizations.ToDictionary(
            a => a.Identifier.Value,
            a => X509CertificateLoader.LoadPkcs12(
                TlsAlpnCertificate.CreatePfx(key, a.FindChallenge(ChallengeType.TlsAlpn01)!.Token!, a.FullName, "pw", DateTimeOffset.UtcNow), "pw"));

        await using (new AlpnResponder(server.TlsPort, answers))
        {
            foreach (var authorization in authorizations)
            {
                await account.AcknowledgeAsync(authorization.FindChallenge(ChallengeType.TlsAlpn01)!.Url);
            }

            Assert.Equal("ready", await SettledStatusAsync(account, order.Location));
        }
    }

    private static async Task<string> SettledStatusAsync(AcmeAccountClient account, string url)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var order = await account.GetOrderAsync(url, deadline.Token);
            if (order.Status != "pending")
            {
                return order.Status;
            }

            await Task.Delay(100, deadline.Token);
        }
    }

    /// <summary>A TLS server that knows no other protocol than acme-tls/1.</summary>
    private sealed class AlpnResponder : IAsyncDisposable
    {
        private readonly TcpListener listener;
        private readonly Dictionary<string, X509Certificate2> answers;
        private readonly Task work;

        public AlpnResponder(int port, Dictionary<string, X509Certificate2> answers)
        {
            this.answers = answers;
            listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            work = ServeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await work;
            answers.Values.ToList().ForEach(answer => answer.Dispose());
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                try
                {
                    using var connection = await listener.AcceptTcpClientAsync();
                    await using var stream = new SslStream(connection.GetStream());
                    await stream.AuthenticateAsServerAsync((_, hello, _, _) => ValueTask.FromResult(OptionsFor(hello.ServerName)), null);
                    await stream.ShutdownAsync();
                }
                catch (SocketException)
                {
                    return;
                }
                catch (Exception e) when (e is IOException or AuthenticationException)
                {
                    // Pebble looks at the certificate and hangs up.
                }
            }
        }

        /// <summary>For an address the server name is that of its reverse lookup (RFC 8738 section 6).</summary>
        private SslServerAuthenticationOptions OptionsFor(string name) => new()
        {
            ServerCertificate = answers[name == "1.0.0.127.in-addr.arpa" ? "127.0.0.1" : name],
            ApplicationProtocols = [new SslApplicationProtocol(TlsAlpnCertificate.Protocol)],
        };
    }
}
