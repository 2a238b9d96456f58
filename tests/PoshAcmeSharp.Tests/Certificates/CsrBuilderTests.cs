using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Certificates;

public sealed class CsrBuilderTests
{
    [TheoryWith("openssl")]
    [InlineData("ec-256", "ecdsa-with-SHA256", "Digital Signature")]
    [InlineData("ec-384", "ecdsa-with-SHA384", "Digital Signature")]
    [InlineData("ec-521", "ecdsa-with-SHA512", "Digital Signature")]
    [InlineData("2048", "sha256WithRSAEncryption", "Digital Signature, Key Encipherment")]
    [InlineData("4096", "sha256WithRSAEncryption", "Digital Signature, Key Encipherment")]
    public async Task Openssl_verifies_a_request_of_each_kind_of_key(string keyLength, string algorithm, string usage)
    {
        using var key = PrivateKey.Generate(KeyLength.Parse(keyLength));

        var text = await ReadByOpensslAsync(CsrBuilder.Build(key, new() { Names = ["example.test", "*.example.test", "192.0.2.1", "2001:db8::1"] }));

        Assert.Contains("verify OK", text, StringComparison.Ordinal);
        Assert.Contains("Signature Algorithm: " + algorithm, text, StringComparison.Ordinal);
        Assert.Contains("CN = example.test", text, StringComparison.Ordinal);
        Assert.Contains("DNS:example.test, DNS:*.example.test, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1", text, StringComparison.Ordinal);
        Assert.Matches("Key Usage: critical\\s+" + usage + "\\s", text);
        Assert.DoesNotContain("TLS Feature", text, StringComparison.Ordinal);
    }

    [FactWith("openssl")]
    public async Task Must_staple_is_asked_for_when_wanted()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);

        var text = await ReadByOpensslAsync(CsrBuilder.Build(key, new() { Names = ["example.test"], MustStaple = true }));

        Assert.Matches("TLS Feature:\\s+status_request", text);
    }

    [TheoryWith("openssl")]
    [InlineData("192.0.2.1")]
    [InlineData("a234567890123456789012345678901234567890.b2345678901234567890.test")]
    public async Task An_address_or_a_long_main_name_leaves_the_subject_empty_and_the_names_critical(string name)
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);

        var text = await ReadByOpensslAsync(CsrBuilder.Build(key, new() { Names = [name, "example.test"] }));

        Assert.Matches("Subject: *\\n", text);
        Assert.Contains("Subject Alternative Name: critical", text, StringComparison.Ordinal);
    }

    [FactWith("openssl")]
    public async Task A_name_of_64_characters_still_becomes_the_cn()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        var name = new string('a', 32) + "." + new string('b', 26) + ".test";
        Assert.Equal(64, name.Length);

        var text = await ReadByOpensslAsync(CsrBuilder.Build(key, new() { Names = [name] }));

        Assert.Contains("CN = " + name, text, StringComparison.Ordinal);
    }

    [FactWith("openssl")]
    public async Task A_given_subject_is_taken_in_its_order()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);

        var text = await ReadByOpensslAsync(CsrBuilder.Build(key, new() { Names = ["example.test"], Subject = "CN=www.example.test,O=Example\\, Inc.,C=DE" }));

        Assert.Contains("Subject: CN = www.example.test, O = \"Example, Inc.\", C = DE", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Alternative Name: critical", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("example.test")]
    [InlineData("CN=example.test,Nonsense=1")]
    [InlineData("CN=example.test,O")]
    [InlineData("=x")]
    [InlineData("CN=#zz")]
    public void A_subject_that_cannot_be_read_is_refused_by_its_text(string subject)
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);

        var error = Assert.Throws<PoshAcmeException>(() => CsrBuilder.Build(key, new() { Names = ["example.test"], Subject = subject }));

        Assert.Equal("InvalidSubject", error.ErrorId);
        Assert.Contains(subject, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_without_a_name_is_refused()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);

        Assert.Equal("NoNames", Assert.Throws<PoshAcmeException>(() => CsrBuilder.Build(key, new() { Names = [] })).ErrorId);
    }

    [Fact]
    public void A_built_request_is_read_back_with_its_names_key_and_wishes()
    {
        using var key = PrivateKey.Generate(KeyLength.Parse("3072"));
        var der = CsrBuilder.Build(key, new() { Names = ["EXAMPLE.test", "*.example.test", "example.test", "2001:db8:0::1"], MustStaple = true });

        var csr = Csr.FromDer(der);

        Assert.Equal(["example.test", "*.example.test", "2001:db8::1"], csr.Names);
        Assert.Equal("3072", csr.KeyLength.ToString());
        Assert.True(csr.MustStaple);
        Assert.Equal(key.SubjectPublicKeyInfo, csr.SubjectPublicKeyInfo);
        Assert.Equal(der, csr.ToDer());
    }

    private static async Task<string> ReadByOpensslAsync(byte[] der)
        => (await ExternalProgram.RequireAsync("openssl", ["req", "-inform", "DER", "-verify", "-noout", "-text"], der)).All;
}
