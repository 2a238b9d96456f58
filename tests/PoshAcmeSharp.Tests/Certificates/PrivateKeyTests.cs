using System.Security.Cryptography;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Certificates;

public sealed class PrivateKeyTests
{
    private static readonly byte[] Data = "what is signed"u8.ToArray();

    public static TheoryData<string> AllKinds => new("ec-256", "ec-384", "ec-521", "2048", "3072");

    [Theory]
    [InlineData("ec-256", 256)]
    [InlineData("ec-384", 384)]
    [InlineData("ec-521", 521)]
    [InlineData("2048", 2048)]
    [InlineData("2176", 2176)]
    public void A_new_key_has_the_size_that_was_asked_for(string keyLength, int bits)
    {
        using var key = PrivateKey.Generate(KeyLength.Parse(keyLength));

        Assert.Equal(keyLength, key.KeyLength.ToString());
        Assert.Equal(bits, PublicKeyBits(key));
    }

    [TheoryWith("openssl")]
    [MemberData(nameof(AllKinds))]
    public async Task Openssl_finds_a_written_key_sound_and_with_the_same_public_part(string keyLength)
    {
        using var key = PrivateKey.Generate(KeyLength.Parse(keyLength));

        var check = await ExternalProgram.RequireAsync("openssl", ["pkey", "-check", "-noout"], key.ToPem());
        var publicKey = await ExternalProgram.RequireAsync("openssl", ["pkey", "-pubout", "-outform", "DER"], key.ToPem());

        Assert.Contains("Key is valid", check.All, StringComparison.Ordinal);
        Assert.Equal(publicKey.OutputBytes, key.SubjectPublicKeyInfo);
    }

    [Theory]
    [InlineData("ec-256", "EC PRIVATE KEY")]
    [InlineData("2048", "PRIVATE KEY")]
    public void A_written_key_is_ascii_with_lf_and_a_final_newline(string keyLength, string label)
    {
        using var key = PrivateKey.Generate(KeyLength.Parse(keyLength));

        var pem = key.ToPem();

        Assert.StartsWith($"-----BEGIN {label}-----\n", pem, StringComparison.Ordinal);
        Assert.EndsWith($"-----END {label}-----\n", pem, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', pem);
        Assert.All(pem.Split('\n'), line => Assert.True(line.Length <= 64, line));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void A_written_key_is_read_back_as_the_same_key(string keyLength)
    {
        using var key = PrivateKey.Generate(KeyLength.Parse(keyLength));
        using var again = PrivateKey.FromPem(key.ToPem());

        Assert.Equal(key.SubjectPublicKeyInfo, again.SubjectPublicKeyInfo);
        Assert.Equal(key.ToPem(), again.ToPem());
    }

    [TheoryWith("openssl")]
    [InlineData("rsa", "-traditional", "RSA PRIVATE KEY", "2048")]
    [InlineData("rsa", null, "PRIVATE KEY", "2048")]
    [InlineData("P-256", "-traditional", "EC PRIVATE KEY", "ec-256")]
    [InlineData("P-384", "-traditional", "EC PRIVATE KEY", "ec-384")]
    [InlineData("P-521", null, "PRIVATE KEY", "ec-521")]
    public async Task A_key_that_openssl_wrote_is_read(string kind, string? style, string label, string keyLength)
    {
        var made = await OpensslKeyAsync(kind);
        var pem = (await ExternalProgram.RequireAsync("openssl", style is null ? ["pkey"] : ["pkey", style], made)).Output;
        var publicKey = await ExternalProgram.RequireAsync("openssl", ["pkey", "-pubout", "-outform", "DER"], made);

        using var key = PrivateKey.FromPem(pem);

        Assert.Contains($"BEGIN {label}-", pem, StringComparison.Ordinal);
        Assert.Equal(keyLength, key.KeyLength.ToString());
        Assert.Equal(publicKey.OutputBytes, key.SubjectPublicKeyInfo);
    }

    [FactWith("openssl")]
    public async Task A_key_behind_its_curve_parameters_with_crlf_and_text_around_is_read()
    {
        var pem = (await ExternalProgram.RequireAsync("openssl", ["ecparam", "-genkey", "-name", "prime256v1"])).Output;
        Assert.Contains("BEGIN EC PARAMETERS", pem, StringComparison.Ordinal);

        using var key = PrivateKey.FromPem("Bag Attributes: none\r\n" + pem.Replace("\n", "\r\n", StringComparison.Ordinal) + "the end");

        Assert.Equal(KeyLength.Ec256, key.KeyLength);
    }

    [FactWith("openssl")]
    public async Task The_public_point_is_computed_when_the_file_leaves_it_out()
    {
        var made = await OpensslKeyAsync("P-384");
        var withoutPoint = await ExternalProgram.RequireAsync("openssl", ["ec", "-no_public"], made);
        var publicKey = await ExternalProgram.RequireAsync("openssl", ["pkey", "-pubout", "-outform", "DER"], made);

        using var key = PrivateKey.FromPem(withoutPoint.Output);

        Assert.Equal(publicKey.OutputBytes, key.SubjectPublicKeyInfo);
    }

    [FactWith("openssl")]
    public async Task A_compressed_public_point_is_read()
    {
        var made = await OpensslKeyAsync("P-521");
        var compressed = await ExternalProgram.RequireAsync("openssl", ["ec", "-conv_form", "compressed"], made);
        var publicKey = await ExternalProgram.RequireAsync("openssl", ["pkey", "-pubout", "-outform", "DER"], made);

        using var key = PrivateKey.FromPem(compressed.Output);

        Assert.Equal(publicKey.OutputBytes, key.SubjectPublicKeyInfo);
    }

    [TheoryWith("openssl")]
    [InlineData("-traditional")]
    [InlineData(null)]
    public async Task An_encrypted_key_is_refused_with_the_command_that_decrypts_it(string? style)
    {
        var made = await OpensslKeyAsync("rsa");
        string[] arguments = ["pkey", "-aes256", "-passout", "pass:secret"];
        var encrypted = await ExternalProgram.RequireAsync("openssl", style is null ? arguments : [.. arguments, style], made);

        var error = Assert.Throws<PoshAcmeException>(() => PrivateKey.FromPem(encrypted.Output));

        Assert.Equal("EncryptedPrivateKey", error.ErrorId);
        Assert.Contains("openssl pkey", error.RecommendedAction, StringComparison.Ordinal);
    }

    [TheoryWith("openssl")]
    [InlineData("ec-256")]
    [InlineData("2048")]
    public async Task Openssl_reads_a_key_that_was_written_with_a_password(string keyLength)
    {
        using var key = PrivateKey.Generate(KeyLength.Parse(keyLength));

        var pem = key.ToEncryptedPem("Pässword 1");
        var publicKey = await ExternalProgram.RequireAsync("openssl", ["pkey", "-passin", "pass:Pässword 1", "-pubout", "-outform", "DER"], pem);
        var structure = await ExternalProgram.RequireAsync("openssl", ["asn1parse", "-i"], pem);

        Assert.Equal(key.SubjectPublicKeyInfo, publicKey.OutputBytes);
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", pem, StringComparison.Ordinal);
        Assert.Contains("hmacWithSHA256", structure.Output, StringComparison.Ordinal);
        Assert.Contains("aes-256-cbc", structure.Output, StringComparison.Ordinal);
    }

    [TheoryWith("openssl")]
    [InlineData("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256")]
    [InlineData("-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1")]
    [InlineData("-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA384")]
    [InlineData("-v2", "des3", "-v2prf", "hmacWithSHA512")]
    public async Task A_key_that_openssl_encrypted_is_read_with_its_password_and_not_with_another(params string[] way)
    {
        using var made = PrivateKey.Generate(KeyLength.Ec256);
        var pem = (await ExternalProgram.RequireAsync("openssl", ["pkcs8", "-topk8", "-passout", "pass:right", .. way], made.ToPem())).Output;

        using var key = PrivateKey.FromPem(pem, "right");
        var error = Assert.Throws<PoshAcmeException>(() => PrivateKey.FromPem(pem, "wrong"));

        Assert.Equal(made.SubjectPublicKeyInfo, key.SubjectPublicKeyInfo);
        Assert.Equal("WrongKeyPassword", error.ErrorId);
        Assert.True(PrivateKey.IsEncrypted(pem));
    }

    [TheoryWith("openssl")]
    [InlineData("pkcs8", "-topk8", "-scrypt")]
    [InlineData("pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES")]
    [InlineData("ec", "-aes256")]
    public async Task Another_encryption_is_refused_with_the_command_that_changes_it(params string[] command)
    {
        using var made = PrivateKey.Generate(KeyLength.Ec256);
        var pem = (await ExternalProgram.RequireAsync("openssl", [.. command, "-passout", "pass:right"], made.ToPem())).Output;

        var error = Assert.Throws<PoshAcmeException>(() => PrivateKey.FromPem(pem, "right"));

        Assert.Equal("UnsupportedKeyEncryption", error.ErrorId);
        Assert.Contains("openssl pkcs8", error.RecommendedAction, StringComparison.Ordinal);
    }

    [TheoryWith("openssl")]
    [InlineData("prime256v1", "explicit", "-traditional")]
    [InlineData("prime256v1", "explicit", null)]
    [InlineData("secp256k1", "named_curve", "-traditional")]
    [InlineData("secp256k1", "named_curve", null)]
    [InlineData("sect233k1", "explicit", null)]
    public async Task A_curve_other_than_the_three_named_ones_is_refused(string curve, string encoding, string? style)
    {
        var made = await ExternalProgram.RequireAsync(
            "openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve, "-pkeyopt", "ec_param_enc:" + encoding]);
        var pem = await ExternalProgram.RequireAsync("openssl", style is null ? ["pkey"] : ["pkey", style], made.Output);

        var error = Assert.Throws<PoshAcmeException>(() => PrivateKey.FromPem(pem.Output));

        Assert.Equal("UnsupportedKey", error.ErrorId);
        Assert.Contains("curve", error.Message, StringComparison.Ordinal);
    }

    [FactWith("openssl")]
    public async Task An_ed25519_key_is_refused_as_unsupported()
    {
        var made = await ExternalProgram.RequireAsync("openssl", ["genpkey", "-algorithm", "ED25519"]);

        Assert.Equal("UnsupportedKey", Assert.Throws<PoshAcmeException>(() => PrivateKey.FromPem(made.Output)).ErrorId);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2056)]
    public void An_rsa_key_of_another_size_is_refused_by_its_size(int bits)
    {
        using var rsa = RSA.Create(bits);

        var error = Assert.Throws<PoshAcmeException>(() => PrivateKey.FromPem(rsa.ExportRSAPrivateKeyPem()));

        Assert.Equal("UnsupportedKey", error.ErrorId);
        Assert.Contains($"{bits} bits", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "CERTIFICATE")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n", "PUBLIC KEY")]
    [InlineData("just some text", "not PEM")]
    [InlineData("", "not PEM")]
    public void What_is_not_a_private_key_is_named(string pem, string expected)
    {
        var error = Assert.Throws<PoshAcmeException>(() => PrivateKey.FromPem(pem));

        Assert.Equal("NotAPrivateKey", error.ErrorId);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_without_its_end_line_is_damaged()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        var pem = key.ToPem();
        var cut = pem[..pem.IndexOf("-----END", StringComparison.Ordinal)];

        Assert.Equal("InvalidPrivateKey", Assert.Throws<PoshAcmeException>(() => PrivateKey.FromPem(cut)).ErrorId);
    }

    [Theory]
    [InlineData("RSA PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    [InlineData("PRIVATE KEY")]
    public void A_key_that_is_damaged_anywhere_is_refused_and_never_crashes(string label)
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = label switch
        {
            "RSA PRIVATE KEY" => rsa.ExportRSAPrivateKey(),
            "EC PRIVATE KEY" => ec.ExportECPrivateKey(),
            _ => ec.ExportPkcs8PrivateKey(),
        };
        foreach (var length in Enumerable.Range(0, Math.Min(der.Length, 140)))
        {
            var cut = PemEncoding.WriteString(label, der.AsSpan(0, length));
            Assert.Equal("InvalidPrivateKey", Assert.Throws<PoshAcmeException>(() => PrivateKey.FromPem(cut)).ErrorId);
        }
    }

    [Fact]
    public void Data_nested_without_end_is_refused_before_the_parser_overflows()
    {
        var nested = new byte[400_000];
        for (var i = nested.Length; i >= 6; i -= 6)
        {
            var content = nested.Length - i;
            byte[] header = [0x30, 0x84, (byte)(content >> 24), (byte)(content >> 16), (byte)(content >> 8), (byte)content];
            header.CopyTo(nested, i - 6);
        }

        var pem = PemEncoding.WriteString("PRIVATE KEY", nested.AsSpan(nested.Length % 6));

        Assert.Equal("InvalidPrivateKey", Assert.Throws<PoshAcmeException>(() => PrivateKey.FromPem(pem)).ErrorId);
    }

    [Theory]
    [InlineData("ec-256", "SHA256", 64)]
    [InlineData("ec-384", "SHA384", 96)]
    [InlineData("ec-521", "SHA512", 132)]
    public void An_ec_signature_is_r_and_s_of_the_field_length(string keyLength, string hash, int length)
    {
        using var key = PrivateKey.Generate(KeyLength.Parse(keyLength));
        using var verifier = ECDsa.Create();
        verifier.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);

        var signature = key.Sign(Data, new HashAlgorithmName(hash));

        Assert.Equal(length, signature.Length);
        Assert.True(verifier.VerifyData(Data, signature, new HashAlgorithmName(hash), DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    [Fact]
    public void An_rsa_signature_is_pkcs1_v1_5()
    {
        using var key = PrivateKey.Generate(KeyLength.Rsa2048);
        using var verifier = RSA.Create();
        verifier.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);

        Assert.True(verifier.VerifyData(Data, key.Sign(Data, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void Key_parameters_round_trip_when_leading_zeros_were_dropped_or_added()
    {
        using var rsa = PrivateKey.Generate(KeyLength.Rsa2048);
        var rsaParameters = rsa.ToRsaParameters();
        rsaParameters.D = [0, 0, .. rsaParameters.D!];
        rsaParameters.Modulus = [0, .. rsaParameters.Modulus!];
        using var rsaAgain = PrivateKey.FromRsaParameters(rsaParameters);
        Assert.Equal(rsa.ToPem(), rsaAgain.ToPem());

        using var ec = PrivateKey.Generate(KeyLength.Ec521);
        var ecParameters = ec.ToEcParameters();
        Assert.Equal(66, ecParameters.D!.Length);
        ecParameters.D = [.. ecParameters.D.SkipWhile(value => value == 0)];
        ecParameters.Q.X = [.. ecParameters.Q.X!.SkipWhile(value => value == 0)];
        using var ecAgain = PrivateKey.FromEcParameters(ecParameters);
        Assert.Equal(ec.ToPem(), ecAgain.ToPem());
    }

    [Fact]
    public void Key_parameters_that_do_not_fit_together_are_refused()
    {
        using var rsa = PrivateKey.Generate(KeyLength.Rsa2048);
        var rsaParameters = rsa.ToRsaParameters();
        rsaParameters.DP![^1] ^= 2;
        Assert.Equal("InvalidPrivateKey", Assert.Throws<PoshAcmeException>(() => PrivateKey.FromRsaParameters(rsaParameters)).ErrorId);

        using var ec = PrivateKey.Generate(KeyLength.Ec256);
        using var other = PrivateKey.Generate(KeyLength.Ec256);
        var ecParameters = ec.ToEcParameters();
        ecParameters.Q = other.ToEcParameters().Q;
        Assert.Equal("InvalidPrivateKey", Assert.Throws<PoshAcmeException>(() => PrivateKey.FromEcParameters(ecParameters)).ErrorId);
    }

    [Fact]
    public void A_public_key_alone_is_refused()
    {
        using var rsa = PrivateKey.Generate(KeyLength.Rsa2048);
        var full = rsa.ToRsaParameters();

        Assert.Equal("InvalidPrivateKey", Assert.Throws<PoshAcmeException>(
            () => PrivateKey.FromRsaParameters(new() { Modulus = full.Modulus, Exponent = full.Exponent })).ErrorId);
    }

    [Fact]
    public async Task One_key_signs_for_many_threads_at_once()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        using var verifier = ECDsa.Create();
        verifier.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);

        var signatures = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => key.Sign(Data, HashAlgorithmName.SHA256))));

        Assert.All(signatures, signature => Assert.True(verifier.VerifyData(Data, signature, HashAlgorithmName.SHA256)));
    }

    private static int PublicKeyBits(PrivateKey key)
    {
        if (key.IsEc)
        {
            using var ec = ECDsa.Create();
            ec.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);
            return ec.KeySize;
        }

        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);
        return rsa.KeySize;
    }

    private static async Task<string> OpensslKeyAsync(string kind) => (await ExternalProgram.RequireAsync(
        "openssl",
        kind == "rsa"
            ? ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
            : ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + kind, "-pkeyopt", "ec_param_enc:named_curve"])).Output;
}
