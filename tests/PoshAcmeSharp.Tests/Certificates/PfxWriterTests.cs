using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Certificates;

public sealed class PfxWriterTests : IDisposable
{
    private readonly TestCa _root = TestCa.Root("Test Root");
    private readonly TestCa _intermediate;
    private readonly TestCa _leaf;
    private readonly PrivateKey _key;
    private readonly CertificateInfo _certificate;

    public PfxWriterTests()
    {
        _intermediate = _root.Intermediate("Test Intermediate");
        using var rsa = RSA.Create(2048);
        _leaf = _intermediate.Leaf(rsa, "CN=example.test", "example.test");
        _key = PrivateKey.FromPem(_leaf.KeyPem);
        _certificate = CertificateInfo.FromDer(_leaf.Der);
    }

    public void Dispose()
    {
        _key.Dispose();
        _leaf.Dispose();
        _intermediate.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData(true, "poshacme")]
    [InlineData(false, "poshacme")]
    [InlineData(true, "pässwörd €")]
    [InlineData(false, "pässwörd €")]
    [InlineData(true, "")]
    [InlineData(false, null)]
    public void The_platform_reads_certificate_key_and_issuers(bool modern, string? password)
    {
        var pfx = Create(new() { Password = password, FriendlyName = "example.test", Modern = modern });

        var read = X509CertificateLoader.LoadPkcs12Collection(pfx, password, X509KeyStorageFlags.Exportable);

        Assert.Equal([_leaf.Certificate.Thumbprint, _intermediate.Certificate.Thumbprint], read.Select(certificate => certificate.Thumbprint).Order(new LeafFirst(_leaf.Certificate.Thumbprint)));
        var leaf = Assert.Single(read, certificate => certificate.HasPrivateKey);
        Assert.Equal(_leaf.Certificate.Thumbprint, leaf.Thumbprint);
        Assert.Equal(_key.ToRsaParameters().D, leaf.GetRSAPrivateKey()!.ExportParameters(includePrivateParameters: true).D);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_wrong_password_is_noticed(bool modern)
    {
        var pfx = Create(new() { Password = "right", Modern = modern });

        Assert.ThrowsAny<CryptographicException>(() => X509CertificateLoader.LoadPkcs12(pfx, "wrong"));
    }

    [TheoryWith("openssl")]
    [InlineData(true, "MAC: sha256", "PBES2, PBKDF2, AES-256-CBC, Iteration 10000, PRF hmacWithSHA256")]
    [InlineData(false, "MAC: sha1", "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 10000")]
    public async Task Openssl_reads_both_encryptions(bool modern, string mac, string encryption)
    {
        var pfx = Create(new() { Password = "poshacme", FriendlyName = "the name", Modern = modern, CryptographicServiceProvider = PfxOptions.SchannelProvider });

        var info = (await ExternalProgram.RequireAsync("openssl", ["pkcs12", "-info", "-nodes", "-passin", "pass:poshacme"], pfx)).All;

        Assert.Contains(mac + ", Iteration 10000", info, StringComparison.Ordinal);
        Assert.Contains("PKCS7 Encrypted data: " + encryption, info, StringComparison.Ordinal);
        Assert.Contains("Shrouded Keybag: " + encryption, info, StringComparison.Ordinal);
        Assert.Contains("Microsoft CSP Name: " + PfxOptions.SchannelProvider, info, StringComparison.Ordinal);
        Assert.Equal(2, Count(info, "friendlyName: the name"));
        Assert.Equal(2, Count(info, "localKeyID: " + string.Join(' ', _leaf.Certificate.Thumbprint.Chunk(2).Select(pair => new string(pair)))));
        Assert.Equal(2, Count(info, "BEGIN CERTIFICATE"));
    }

    [FactWith("openssl")]
    public async Task Without_issuers_and_names_only_the_certificate_and_its_key_are_inside()
    {
        var pfx = PfxWriter.Create(_certificate, [], _key, new() { Password = "poshacme" });

        var info = (await ExternalProgram.RequireAsync("openssl", ["pkcs12", "-info", "-nodes", "-passin", "pass:poshacme"], pfx)).All;

        Assert.Equal(1, Count(info, "BEGIN CERTIFICATE"));
        Assert.Equal(1, Count(info, "BEGIN PRIVATE KEY"));
        Assert.DoesNotContain("friendlyName", info, StringComparison.Ordinal);
        Assert.DoesNotContain("CSP Name", info, StringComparison.Ordinal);
    }

    [TheoryWith("openssl")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_lengths_are_definite(bool modern)
    {
        var pfx = Create(new() { Password = "poshacme", Modern = modern });

        var dump = (await ExternalProgram.RequireAsync("openssl", ["asn1parse", "-inform", "DER"], pfx)).Output;

        Assert.DoesNotContain("l=inf", dump, StringComparison.Ordinal);
        Assert.StartsWith("    0:d=0  hl=4 l=", dump, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ec-256")]
    [InlineData("ec-521")]
    public void An_ec_key_is_read_back_and_gets_no_rsa_provider(string keyLength)
    {
        using var key = PrivateKey.Generate(KeyLength.Parse(keyLength));
        using var ec = ECDsa.Create(key.ToEcParameters());
        using var leaf = _root.Leaf(ec, "CN=example.test", "example.test");

        var pfx = PfxWriter.Create(CertificateInfo.FromDer(leaf.Der), [], key, new() { Password = "poshacme", CryptographicServiceProvider = PfxOptions.SchannelProvider });

        using var read = X509CertificateLoader.LoadPkcs12(pfx, "poshacme", X509KeyStorageFlags.Exportable);
        using var readKey = read.GetECDsaPrivateKey();
        Assert.Equal(key.SubjectPublicKeyInfo, readKey!.ExportSubjectPublicKeyInfo());
        Assert.Equal(-1, pfx.AsSpan().IndexOf(System.Text.Encoding.BigEndianUnicode.GetBytes(PfxOptions.SchannelProvider)));
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused()
    {
        using var other = PrivateKey.Generate(KeyLength.Rsa2048);

        var error = Assert.Throws<PoshAcmeException>(() => PfxWriter.Create(_certificate, [], other, new() { Password = "poshacme" }));

        Assert.Equal("CertificateKeyMismatch", error.ErrorId);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private byte[] Create(PfxOptions options) => PfxWriter.Create(_certificate, [CertificateInfo.FromDer(_intermediate.Der)], _key, options);

    private sealed class LeafFirst(string leaf) : IComparer<string>
    {
        public int Compare(string? x, string? y) => (x == leaf ? 0 : 1).CompareTo(y == leaf ? 0 : 1);
    }
}
