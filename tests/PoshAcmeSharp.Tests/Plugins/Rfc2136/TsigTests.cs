using PoshAcmeSharp.Plugins.Rfc2136;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Rfc2136;

/// <summary>
/// Against updates that nsupdate of bind 9.18 sent, whose signatures were checked with another program. The key's secret
/// is 0123456789abcdefghijklmnopqrstuv.
/// </summary>
public class TsigTests
{
    private const string Body =
        "076578616d706c65047465737400000600010f5f61636d652d6368616c6c656e676503777777076578616d706c65047465737400001000010000003c"
        + "0006056669727374c01e001000fe000000000007067365636f6e64";

    // The name of the key, type TSIG, class ANY, TTL 0.
    private const string RecordHead = "0861636d652d6b65790000fa00ff00000000";
    private static readonly DateTimeOffset Signed = DateTimeOffset.FromUnixTimeSeconds(1795351410);

    [Theory]
    [InlineData("hmac-md5", "cea7", "003a08686d61632d6d6435077369672d616c670372656703696e740000006b02e372012c0010c66897bc627e319f02e73248e11f75bdcea700000000")]
    [InlineData("hmac-sha1", "ebca", "002f09686d61632d736861310000006b02e372012c001496b16e6ffe46c3f8882f819f607df3532c80ab09ebca00000000")]
    [InlineData("hmac-sha224", "472c", "00390b686d61632d7368613232340000006b02e372012c001ca51863ecc6a003e10eec3db5d37af94ad9b3870350c574868d6941bf472c00000000")]
    [InlineData("hmac-sha256", "c4c6", "003d0b686d61632d7368613235360000006b02e372012c002044205187409d6b5ccd66a04ef90871834ced8fefd4785f7c4b1e8a670300fbb6c4c600000000")]
    [InlineData("hmac-sha384", "c57b", "004d0b686d61632d7368613338340000006b02e372012c003097c04a3d8011fbb631a38a15e3726b0cbb7b2b4b0740c4a00c07b76a37d3c21a61acb8c242adda7e155742fe99830f93c57b00000000")]
    [InlineData("hmac-sha512", "eff4", "005d0b686d61632d7368613531320000006b02e372012c0040d069204503207a0172e9a6f1cfcebe1529ad7488099cb0c86db3d40c32f2ae87e8f833b8ea645483f7a829b4d918a915da5cbb7c1916bc7927f8b5dfcd281993eff400000000")]
    public void A_message_is_signed_byte_for_byte_as_nsupdate_does(string algorithm, string id, string record)
    {
        var message = Convert.FromHexString(id + "28000001000000020000" + Body);

        var (signed, _) = Tsig.Sign(message, KeyOf(algorithm), Signed);

        Assert.Equal(id + "28000001000000020001" + Body + RecordHead + record, Convert.ToHexString(signed), ignoreCase: true);
    }

    [Fact]
    public void The_record_of_a_signed_message_is_found_and_read()
    {
        var (signed, mac) = Tsig.Sign(Message(), KeyOf("hmac-sha256"), Signed);

        var record = TsigRecord.Find(signed)!;

        Assert.Equal("acme-key", record.KeyName);
        Assert.Equal("hmac-sha256", record.AlgorithmName);
        Assert.Equal(Signed.ToUnixTimeSeconds(), record.TimeSigned);
        Assert.Equal(300, record.Fudge);
        Assert.Equal(0xC4C6, record.OriginalId);
        Assert.Equal(mac, record.Mac);
    }

    [Fact]
    public void A_message_without_a_signature_has_no_record() => Assert.Null(TsigRecord.Find(Message()));

    [Fact]
    public void Every_message_that_is_cut_off_is_refused()
    {
        var (signed, _) = Tsig.Sign(Message(), KeyOf("hmac-sha256"), Signed);

        for (var length = 12; length < signed.Length; length++)
        {
            var cut = signed[..length];
            Assert.Throws<FormatException>(() => TsigRecord.Find(cut));
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void A_signature_is_good_for_300_seconds_either_way(int seconds, bool isGood)
    {
        var key = KeyOf("hmac-sha256");
        var (answer, record) = Sign(key);

        Assert.Equal(isGood, Tsig.IsSigned(answer, record, key, [], Signed.AddSeconds(seconds)));
    }

    [Fact]
    public void A_changed_byte_another_key_and_another_question_are_noticed()
    {
        var key = KeyOf("hmac-sha256");
        var (answer, record) = Sign(key);
        var changed = (byte[])answer.Clone();
        changed[3] ^= 5;

        Assert.True(Tsig.IsSigned(answer, record, key, [], Signed));
        Assert.False(Tsig.IsSigned(changed, record, key, [], Signed));
        Assert.False(Tsig.IsSigned(answer, record, KeyOf("hmac-sha256", secret: "b3RoZXI="), [], Signed));
        Assert.False(Tsig.IsSigned(answer, record, KeyOf("hmac-sha512"), [], Signed));
        Assert.False(Tsig.IsSigned(answer, record, key, [1, 2, 3], Signed));
    }

    private static byte[] Message() => Convert.FromHexString("c4c628000001000000020000" + Body);

    private static (byte[] Answer, TsigRecord Record) Sign(TsigKey key)
    {
        var (signed, _) = Tsig.Sign(Message(), key, Signed);
        return (signed, TsigRecord.Find(signed)!);
    }

    private static TsigKey KeyOf(string algorithm, string secret = "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=")
        => TsigKey.From(new Rfc2136Options { DDNSKeyName = "acme-key", DDNSKeyType = algorithm, DDNSKeyValue = SecureText.Of(secret) })!;
}
