using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public sealed class ServerTrustTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly X509Certificate2 root = Authority("CN=Test Root");

    public void Dispose() => root.Dispose();

    [Fact]
    public async Task A_server_is_trusted_by_the_CA_that_was_given_for_it()
    {
        using var certificate = Leaf(root);
        await using var server = await TlsServer.StartAsync(certificate);

        using var client = await ConnectAsync(server, root);

        Assert.Equal("https://localhost/o", client.Directory.NewOrder);
    }

    [Fact]
    public async Task A_server_that_sends_its_intermediate_is_trusted_by_the_root()
    {
        using var intermediate = Authority("CN=Test Intermediate", root);
        using var certificate = Leaf(intermediate);
        await using var server = await TlsServer.StartAsync(certificate, intermediate);

        using var client = await ConnectAsync(server, root);

        Assert.NotNull(client);
    }

    [Fact]
    public async Task A_server_is_trusted_by_one_of_several_certificates_in_a_file_with_text_around_them()
    {
        using var other = Authority("CN=Other Root");
        using var certificate = Leaf(root);
        await using var server = await TlsServer.StartAsync(certificate);

        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, Options($"# roots\r\n{Pem(other)}\r\n\r\n# ours\r\n{Pem(root)}"));

        Assert.NotNull(client);
    }

    [Fact]
    public async Task A_server_s_own_certificate_can_be_what_is_trusted()
    {
        using var certificate = Leaf(null);
        await using var server = await TlsServer.StartAsync(certificate);

        using var client = await ConnectAsync(server, certificate);

        Assert.NotNull(client);
    }

    [Fact]
    public async Task A_server_of_another_CA_is_not_trusted()
    {
        using var other = Authority("CN=Other Root");
        using var certificate = Leaf(root);
        await using var server = await TlsServer.StartAsync(certificate);

        await AssertNotTrustedAsync(server, other);
    }

    [Fact]
    public async Task A_server_of_a_CA_that_only_bears_the_name_of_the_given_one_is_not_trusted()
    {
        using var impostor = Authority("CN=Test Root");
        using var certificate = Leaf(impostor);
        await using var server = await TlsServer.StartAsync(certificate, impostor);

        await AssertNotTrustedAsync(server, root);
    }

    [Fact]
    public async Task A_server_that_sends_the_given_root_beside_a_chain_of_its_own_is_not_trusted()
    {
        using var impostor = Authority("CN=Test Root", withKeyIdentifiers: false);
        using var certificate = Leaf(impostor, withKeyIdentifiers: false);
        await using var server = await TlsServer.StartAsync(certificate, root, impostor);

        await AssertNotTrustedAsync(server, root);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_not_trusted()
    {
        using var certificate = Leaf(root, name: "other.example");
        await using var server = await TlsServer.StartAsync(certificate);

        await AssertNotTrustedAsync(server, root, "it is for another host name");
    }

    [Fact]
    public async Task A_certificate_that_has_expired_is_not_trusted()
    {
        using var certificate = Leaf(root, notAfter: Now.AddDays(-1));
        await using var server = await TlsServer.StartAsync(certificate);

        await AssertNotTrustedAsync(server, root, "(NotTimeValid)");
    }

    [Fact]
    public async Task A_certificate_that_is_not_valid_yet_is_not_trusted()
    {
        using var certificate = Leaf(root, notBefore: Now.AddDays(1));
        await using var server = await TlsServer.StartAsync(certificate);

        await AssertNotTrustedAsync(server, root);
    }

    [Fact]
    public async Task A_leaf_cannot_play_the_CA()
    {
        using var leaf = Leaf(root);
        using var certificate = Leaf(leaf);
        await using var server = await TlsServer.StartAsync(certificate, leaf);

        await AssertNotTrustedAsync(server, root);
    }

    [Fact]
    public async Task A_private_server_is_not_trusted_when_nothing_is_given_and_is_not_asked_twice()
    {
        using var certificate = Leaf(root);
        await using var server = await TlsServer.StartAsync(certificate);
        var clock = new FakeClock();

        var error = await Assert.ThrowsAsync<AcmeConnectionException>(() => AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { Clock = clock }));

        Assert.Equal("ServerNotTrusted", error.ErrorId);
        Assert.Contains("-CACertificate", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(clock.Delays);
    }

    [Fact]
    public async Task Any_certificate_is_taken_when_the_check_is_skipped()
    {
        using var certificate = Leaf(null, name: "other.example", notAfter: Now.AddDays(-1));
        await using var server = await TlsServer.StartAsync(certificate);

        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { SkipCertificateCheck = true });

        Assert.NotNull(client);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public void A_text_without_a_certificate_is_refused(string pem)
        => Assert.Equal("InvalidCACertificate", Assert.Throws<PoshAcmeException>(() => ServerTrust.Check(pem)).ErrorId);

    private static async Task AssertNotTrustedAsync(TlsServer server, X509Certificate2 anchor, string reason = "")
    {
        var error = await Assert.ThrowsAsync<AcmeConnectionException>(() => ConnectAsync(server, anchor));

        Assert.Equal("ServerNotTrusted", error.ErrorId);
        Assert.Equal(ErrorKind.Security, error.Kind);
        Assert.Contains("localhost:", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static Task<AcmeClient> ConnectAsync(TlsServer server, X509Certificate2 anchor) => AcmeClient.ConnectAsync(server.DirectoryUrl, Options(Pem(anchor)));

    private static AcmeOptions Options(string pem) => new() { CACertificatePem = pem, Clock = new FakeClock() };

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem();

    private static X509Certificate2 Authority(string name, X509Certificate2? issuer = null, bool withKeyIdentifiers = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return Sign(request, key, issuer, Now.AddDays(-10), Now.AddDays(10), withKeyIdentifiers);
    }

    private static X509Certificate2 Leaf(X509Certificate2? issuer, string name = "localhost", DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, bool withKeyIdentifiers = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return Sign(request, key, issuer, notBefore ?? Now.AddDays(-5), notAfter ?? Now.AddDays(5), withKeyIdentifiers);
    }

    private static X509Certificate2 Sign(CertificateRequest request, ECDsa key, X509Certificate2? issuer, DateTimeOffset from, DateTimeOffset to, bool withKeyIdentifiers)
    {
        if (withKeyIdentifiers)
        {
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        }

        if (issuer is null)
        {
            return request.CreateSelfSigned(from, to);
        }

        using var issuerKey = issuer.GetECDsaPrivateKey()!;
        using var certificate = request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), from, to, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
