using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PoshAcmeSharp.Deployment.Exchange;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Exchange;

public sealed class TlsProbeTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 certificate = NewCertificate();

    public TlsProbeTests() => listener.Start();

    private int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose()
    {
        listener.Dispose();
        certificate.Dispose();
    }

    [Fact]
    public async Task The_certificate_of_a_port_is_seen_by_its_thumbprint()
    {
        var serving = ServeAsync([]);

        Assert.Equal(certificate.Thumbprint, await Probe(Long, isSmtp: false));
        await serving;
    }

    [Fact]
    public async Task The_certificate_behind_STARTTLS_is_seen_also_after_answers_of_several_lines()
    {
        var serving = ServeAsync([(null, "220-mail\r\n220 ready\r\n"), ("EHLO", "250-mail\r\n250-SIZE 1\r\n250 STARTTLS\r\n"), ("STARTTLS", "220 go\r\n")]);

        Assert.Equal(certificate.Thumbprint, await Probe(Long, isSmtp: true));
        await serving;
    }

    [Fact]
    public async Task A_server_that_refuses_STARTTLS_is_told_in_its_own_words()
    {
        var serving = ServeAsync([(null, "220 ready\r\n"), ("EHLO", "250 mail\r\n"), ("STARTTLS", "454 not now\r\n")], hasTls: false);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Probe(Long, isSmtp: true));

        Assert.Equal("ProbeFailed", error.ErrorId);
        Assert.Contains("454 not now", error.Message, StringComparison.Ordinal);
        await serving;
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up_at_the_deadline()
        => Assert.Contains("within", (await Assert.ThrowsAsync<PoshAcmeException>(() => Probe(TimeSpan.FromMilliseconds(200), isSmtp: true))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_port_that_is_closed_is_told()
    {
        listener.Stop();
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();

        var error = await Assert.ThrowsAsync<PoshAcmeException>(
            () => new TlsProbe(Long).GetThumbprintAsync("127.0.0.1", port, "mail.example.test", isSmtp: false, CancellationToken.None));
        Assert.Equal("ProbeFailed", error.ErrorId);
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=mail.example.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private Task<string> Probe(TimeSpan deadline, bool isSmtp)
        => new TlsProbe(deadline).GetThumbprintAsync("127.0.0.1", Port, "mail.example.test", isSmtp, CancellationToken.None);

    /// <summary>Says each line when it has read one that begins as told, then speaks TLS.</summary>
    private async Task ServeAsync((string? Expected, string Answer)[] talk, bool hasTls = true)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        foreach (var (expected, answer) in talk)
        {
            if (expected is not null)
            {
                Assert.StartsWith(expected, await ReadLineAsync(stream), StringComparison.Ordinal);
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        }

        if (hasTls)
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(certificate);
            _ = await tls.ReadAsync(new byte[1].AsMemory());
        }
    }

    private static async Task<string> ReadLineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1 && one[0] != '\n')
        {
            line.Append((char)one[0]);
        }

        return line.ToString();
    }
}
