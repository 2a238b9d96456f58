using System.Text;
using PoshAcmeSharp.Plugins.Rfc2136;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Rfc2136;

public class UpdateMessageTests
{
    private const string Zone = "07" + "6578616d706c65" + "04" + "74657374" + "00" + "0006" + "0001";
    private const string Name = "0f" + "5f61636d652d6368616c6c656e6765" + "07" + "6578616d706c65" + "04" + "74657374" + "00";

    [Fact]
    public void All_values_of_a_name_are_added_one_by_one_in_one_message()
    {
        var message = UpdateMessage.Write(0x1234, "example.test", "_acme-challenge.example.test", ["ab", "c"], isRemoval: false);

        Assert.Equal(
            "1234" + "2800" + "0001" + "0000" + "0002" + "0000" + Zone
                + Name + "0010" + "0001" + "0000003c" + "0003" + "026162"
                + Name + "0010" + "0001" + "0000003c" + "0002" + "0163",
            Convert.ToHexString(message),
            ignoreCase: true);
    }

    [Fact]
    public void A_value_is_removed_alone_and_not_its_whole_record()
    {
        var message = UpdateMessage.Write(1, "example.test", "_acme-challenge.example.test", ["ab"], isRemoval: true);

        // Class NONE: this value. Class ANY would be all of them.
        Assert.Equal(
            "0001" + "2800" + "0001" + "0000" + "0001" + "0000" + Zone + Name + "0010" + "00fe" + "00000000" + "0003" + "026162",
            Convert.ToHexString(message),
            ignoreCase: true);
    }

    [Fact]
    public void A_long_value_is_cut_into_strings()
    {
        var value = new string('x', 255) + "yz";

        var message = UpdateMessage.Write(1, "example.test", "a.example.test", [value], isRemoval: false);

        byte[] data = [255, .. Encoding.ASCII.GetBytes(value[..255]), 2, .. "yz"u8];
        Assert.Equal(data, message[^data.Length..]);
    }

    [Theory]
    [InlineData("1234a800", true)]
    [InlineData("1234a809", true)]
    [InlineData("12342800", false)]
    [InlineData("12348000", false)]
    [InlineData("1235a800", false)]
    public void An_answer_has_the_id_and_is_one_to_an_update(string start, bool isAnswer)
        => Assert.Equal(isAnswer, UpdateMessage.IsAnswerTo(Convert.FromHexString(start + "0000000000000000"), 0x1234));

    [Fact]
    public void A_packet_that_is_too_short_is_no_answer()
        => Assert.False(UpdateMessage.IsAnswerTo(Convert.FromHexString("1234a800"), 0x1234));

    [Fact]
    public void A_name_that_cannot_be_encoded_is_refused()
        => Assert.Equal("InvalidDomainName", Assert.Throws<PoshAcmeException>(() => UpdateMessage.Write(1, "example.test", "a..example.test", ["x"], isRemoval: false)).ErrorId);
}
