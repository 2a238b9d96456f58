using System.Security.Cryptography;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Tests.Support;
using Xunit;
using Platform = System.Security.Cryptography.X509Certificates;

namespace PoshAcmeSharp.Tests.Certificates;

public sealed class CsrTests
{
    [FactWith("openssl")]
    public async Task A_request_of_openssl_is_read_from_pem_base64_and_base64url()
    {
        var pem = await OpensslRequestAsync("/CN=example.test", "-addext", "subjectAltName=DNS:www.example.test,DNS:example.test,IP:192.0.2.7", "-addext", "tlsfeature=status_request");

        var fromPem = Csr.Parse("a note\r\n" + pem.Replace("\n", "\r\n", StringComparison.Ordinal));
        var fromUrl = Csr.Parse("\uFEFF" + fromPem.ToBase64Url() + "\n");
        var fromBase64 = Csr.Parse(Convert.ToBase64String(fromPem.ToDer(), Base64FormattingOptions.InsertLineBreaks));

        Assert.Equal(["example.test", "www.example.test", "192.0.2.7"], fromPem.Names);
        Assert.True(fromPem.MustStaple);
        Assert.Equal("2048", fromPem.KeyLength.ToString());
        Assert.Equal(pem, fromPem.ToPem());
        Assert.Equal(fromPem.ToDer(), fromUrl.ToDer());
        Assert.Equal(fromPem.ToDer(), fromBase64.ToDer());
    }

    [FactWith("openssl")]
    public async Task A_cn_that_is_no_dns_name_is_not_taken_for_one()
    {
        var pem = await OpensslRequestAsync("/CN=My Server/O=Example", "-addext", "subjectAltName=DNS:example.test");

        Assert.Equal(["example.test"], Csr.Parse(pem).Names);
    }

    [FactWith("openssl")]
    public async Task A_request_without_any_name_is_refused()
        => Assert.Equal("CsrWithoutNames", ErrorOf(await OpensslRequestAsync("/O=Example")));

    [TheoryWith("openssl")]
    [InlineData("-sha1", "WeakCsrSignature")]
    [InlineData("-md5", "WeakCsrSignature")]
    [InlineData("-sha3-256", "UnsupportedCsrSignature")]
    public async Task A_signature_that_no_ca_takes_is_refused(string hash, string errorId)
        => Assert.Equal(errorId, ErrorOf(await OpensslRequestAsync("/CN=example.test", hash)));

    [Fact]
    public void A_request_whose_content_was_changed_is_refused()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        var der = CsrBuilder.Build(key, new() { Names = ["example.test"] });
        der[der.AsSpan().IndexOf("example.test"u8)] = (byte)'f';

        Assert.Equal("CsrSignatureInvalid", Assert.Throws<PoshAcmeException>(() => Csr.FromDer(der)).ErrorId);
    }

    [Fact]
    public void A_request_with_a_short_rsa_key_is_refused_with_its_size()
    {
        using var rsa = RSA.Create(1024);
        var request = new Platform.CertificateRequest("CN=example.test", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        var error = Assert.Throws<PoshAcmeException>(() => Csr.FromDer(request.CreateSigningRequest()));

        Assert.Equal("UnsupportedKey", error.ErrorId);
        Assert.Contains("1024", error.Message, StringComparison.Ordinal);
    }

    [FactWith("openssl")]
    public async Task A_request_with_an_ed25519_key_is_refused()
    {
        var pem = await ExternalProgram.RequireAsync("openssl", ["req", "-new", "-newkey", "ed25519", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=example.test"]);

        Assert.Equal("UnsupportedKey", ErrorOf(pem.Output));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("C:\\no\\such\\file.csr")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n")]
    public void What_is_no_request_is_refused(string text) => Assert.Equal("NotACsr", ErrorOf(text));

    [Fact]
    public void A_request_that_is_cut_off_or_changed_anywhere_never_crashes_the_reader()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        var der = CsrBuilder.Build(key, new() { Names = ["example.test"] });
        for (var i = 0; i < der.Length; i++)
        {
            var cut = der[..i];
            Assert.Throws<PoshAcmeException>(() => Csr.FromDer(cut));
            byte[] changed = [.. der];
            changed[i] ^= 0x41;
            Assert.True(IsRefused(changed), $"Byte {i} of {Convert.ToHexString(der)} may be changed unseen.");
        }
    }

    private static bool IsRefused(byte[] der)
    {
        try
        {
            Csr.FromDer(der);
            return false;
        }
        catch (PoshAcmeException)
        {
            return true;
        }
    }

    private static string ErrorOf(string text) => Assert.Throws<PoshAcmeException>(() => Csr.Parse(text)).ErrorId;

    private static async Task<string> OpensslRequestAsync(string subject, params string[] more)
    {
        using var key = PrivateKey.Generate(KeyLength.Rsa2048);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "key.pem");
            await File.WriteAllTextAsync(file, key.ToPem());
            return (await ExternalProgram.RequireAsync("openssl", ["req", "-new", "-key", file, "-subj", subject, .. more])).Output;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
