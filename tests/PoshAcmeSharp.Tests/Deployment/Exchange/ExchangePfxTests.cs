using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Deployment.Exchange;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Exchange;

public class ExchangePfxTests
{
    private static readonly byte[] Content = ExchangeBench.NewPfx(isEc: true).ToBytes();

    [Fact]
    public void A_file_without_a_password_is_refused_as_Exchange_would_lose_its_key()
        => Assert.Equal("PfxPasswordEmpty", Error(Content, "").ErrorId);

    [Fact]
    public void A_wrong_password_is_told_as_such_with_the_file()
    {
        var error = Error(Content, "wrong");

        Assert.Equal("WrongPfxPassword", error.ErrorId);
        Assert.Contains("cert.pfx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_PFX_file_is_told_as_such()
        => Assert.Equal("InvalidPfx", Error([1, 2, 3], "pw").ErrorId);

    [Fact]
    public void A_file_with_certificates_alone_is_refused()
    {
        using var root = Certificates.TestCa.Root("No key");
        var all = new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(root.Der));

        Assert.Equal("PfxWithoutKey", Error(all.Export(X509ContentType.Pfx, "pw")!, "pw").ErrorId);
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.1", false)]
    [InlineData("1.3.6.1.5.5.7.3.2", true)]
    public void A_certificate_that_is_not_for_clients_is_a_warning_where_connectors_are_asked_for(string usage, bool isForClients)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=mail.example.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var wish = new ExchangeWish { Servers = ["EX1"], Pfx = ExchangePfx.Open(certificate.Export(X509ContentType.Pfx, "pw"), "pw", "cert.pfx") };

        Assert.Empty(ExchangeRules.Warn(wish));
        var warnings = ExchangeRules.Warn(wish with { SendConnectors = ["Internet"] }).ToList();
        Assert.Equal(isForClients ? 0 : 1, warnings.Count);
        Assert.All(warnings, w => Assert.Equal(StepOutcome.Warning, w.Outcome));
    }

    private static PoshAcmeException Error(byte[] content, string password)
        => Assert.Throws<PoshAcmeException>(() => ExchangePfx.Open(content, password, "cert.pfx"));
}
