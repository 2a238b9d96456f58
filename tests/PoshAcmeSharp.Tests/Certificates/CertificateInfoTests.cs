using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Certificates;
using Xunit;

namespace PoshAcmeSharp.Tests.Certificates;

public sealed class CertificateInfoTests
{
    // RFC 9773 appendix A.
    private const string AriExample = """
        -----BEGIN CERTIFICATE-----
        MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
        cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
        BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
        7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
        qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
        yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
        +FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK
        -----END CERTIFICATE-----
        """;

    [Theory]
    [InlineData(false, "ec-256")]
    [InlineData(true, "2048")]
    public void All_properties_agree_with_what_the_platform_reads(bool isRsa, string keyLength)
    {
        using var root = TestCa.Root("Test Root", isRsa);
        using AsymmetricAlgorithm key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = root.Leaf(key, "CN=example.test", "example.test", "*.example.test", "192.0.2.1", "2001:db8::1");
        var platform = leaf.Certificate;

        var info = CertificateInfo.FromDer(leaf.Der);

        Assert.Equal(platform.Subject, info.Subject);
        Assert.Equal("CN=example.test", info.Subject);
        Assert.Equal(platform.Issuer, info.Issuer);
        Assert.Equal("Test Root", info.IssuerCommonName);
        Assert.Equal(platform.NotBefore.ToUniversalTime(), info.NotBefore.UtcDateTime);
        Assert.Equal(platform.NotAfter.ToUniversalTime(), info.NotAfter.UtcDateTime);
        Assert.Equal(TimeSpan.Zero, info.NotAfter.Offset);
        Assert.Equal(platform.SerialNumber, info.SerialHex);
        Assert.Equal(System.Numerics.BigInteger.Parse("0" + platform.SerialNumber, NumberStyles.HexNumber, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture), info.Serial);
        Assert.Equal(platform.Thumbprint, info.Thumbprint);
        Assert.Equal(["example.test", "*.example.test", "192.0.2.1", "2001:db8::1"], info.AllSans);
        Assert.Equal(keyLength, info.KeyLength);
        Assert.Equal(leaf.SubjectPublicKeyInfo, info.SubjectPublicKeyInfo);
        Assert.False(info.IsSelfSigned);
        Assert.False(info.MustStaple);
        Assert.True(CertificateInfo.FromDer(root.Der).IsSelfSigned);
        Assert.Equal(leaf.Der, info.ToDer());
        Assert.Equal(leaf.Pem.ReplaceLineEndings("\n"), info.ToPem());
    }

    [Fact]
    public void The_renewal_identifier_is_that_of_the_rfc_example()
    {
        var info = CertificateInfo.FromPem(AriExample);

        Assert.Equal("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE", info.AriId);
        Assert.Equal("0087654321", info.SerialHex);
        Assert.Equal("2271560481", info.Serial);
    }

    [Fact]
    public void A_certificate_without_an_authority_key_identifier_has_no_renewal_identifier()
    {
        using var root = TestCa.Root("Test Root");

        Assert.Null(CertificateInfo.FromDer(root.Der).AriId);
    }

    [Fact]
    public void An_empty_subject_is_an_empty_text()
    {
        using var root = TestCa.Root("Test Root");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = root.Leaf(key, string.Empty, "example.test");

        Assert.Equal(string.Empty, CertificateInfo.FromDer(leaf.Der).Subject);
    }

    [Fact]
    public void Must_staple_is_seen()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.5.5.7.1.24", [0x30, 0x03, 0x02, 0x01, 0x05], critical: false));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));

        Assert.True(CertificateInfo.FromDer(certificate.RawData).MustStaple);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMAMCAQE=\n-----END PRIVATE KEY-----\n")]
    public void What_is_no_certificate_is_refused(string pem)
        => Assert.Equal("InvalidCertificate", Assert.Throws<PoshAcmeException>(() => CertificateInfo.FromPem(pem)).ErrorId);

    [Fact]
    public void A_certificate_that_is_cut_off_or_changed_anywhere_never_crashes_the_reader()
    {
        using var root = TestCa.Root("Test Root");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = root.Leaf(key, "CN=example.test", "example.test");
        var issuer = CertificateInfo.FromDer(root.Der);
        var der = leaf.Der;
        for (var i = 0; i < der.Length; i++)
        {
            Assert.Equal("InvalidCertificate", Assert.Throws<PoshAcmeException>(() => CertificateInfo.FromDer(der[..i])).ErrorId);
            byte[] changed = [.. der];
            changed[i] ^= 0x41;
            Assert.False(IsReadAndIssuedBy(changed, issuer), $"Byte {i} may be changed unseen.");
        }
    }

    private static bool IsReadAndIssuedBy(byte[] der, CertificateInfo issuer)
    {
        try
        {
            return CertificateInfo.FromDer(der).IsIssuedBy(issuer);
        }
        catch (PoshAcmeException)
        {
            return false;
        }
    }
}
