using PoshAcmeSharp.Dns;
using Xunit;

namespace PoshAcmeSharp.Tests.Dns;

public sealed class DnsResolverTests
{
    private static readonly DnsQuestion TxtQuestion = new("_acme-challenge.example.com", DnsRecordType.Txt);
    private static readonly DnsResolver Patient = new(new DnsResolverOptions { Timeout = TimeSpan.FromSeconds(20), Attempts = 1 });
    private static readonly DnsResolver Hasty = new(new DnsResolverOptions { Timeout = TimeSpan.FromMilliseconds(150), Attempts = 2 });

    [Fact]
    public async Task All_strings_of_a_TXT_record_are_joined()
    {
        using var server = ScriptedDnsServer.Answering(query => new DnsPacket(query).Txt(query.Name, "one", "two").Txt(query.Name, "three"));

        var response = await Patient.QueryAsync(TxtQuestion, server.Endpoint, CancellationToken.None);

        Assert.Equal(["onetwo", "three"], response.Answers.Select(record => record.Data));
        Assert.True(response.IsAuthoritative);
    }

    [Fact]
    public async Task Each_type_is_read_as_text()
    {
        using var server = ScriptedDnsServer.Answering(query => new DnsPacket(query)
            .Address("a.example", "192.0.2.1")
            .Address("a.example", "2001:db8::1")
            .CName("B.Example", "C.Example")
            .NS("example", "ns1.example")
            .Record(1, "example", 99, [1, 2, 3])
            .Soa("example", inAuthority: true));

        var response = await Patient.QueryAsync(TxtQuestion, server.Endpoint, CancellationToken.None);

        Assert.Equal(
            [(DnsRecordType.A, "192.0.2.1"), (DnsRecordType.Aaaa, "2001:db8::1"), (DnsRecordType.CName, "c.example"), (DnsRecordType.NS, "ns1.example")],
            response.Answers.Select(record => (record.Type, record.Data)));
        Assert.Equal(new DnsRecord("example", DnsRecordType.Soa, 60, "ns1.example hostmaster.example 1 2 3 4 5"), Assert.Single(response.Authorities));
    }

    [Fact]
    public async Task A_truncated_answer_is_fetched_over_TCP()
    {
        var value = new string('x', 200);
        using var server = ScriptedDnsServer.Answering(query =>
        {
            var packet = new DnsPacket(query) { IsTruncated = !query.IsTcp };
            for (var i = 0; query.IsTcp && i < 50; i++)
            {
                packet.Txt(query.Name, value);
            }

            return packet;
        });

        var response = await Patient.QueryAsync(TxtQuestion, server.Endpoint, CancellationToken.None);

        Assert.Equal(50, response.Answers.Count);
        Assert.Equal([false, true], server.Queries.Select(query => query.IsTcp));
    }

    [Fact]
    public async Task An_answer_with_another_id_or_question_is_ignored()
    {
        using var server = new ScriptedDnsServer(query =>
        [
            [1],
            new DnsPacket(query) { Id = query.Id ^ 1 }.Txt(query.Name, "wrong id").ToArray(),
            new DnsPacket(query with { QuestionBytes = [.. DnsPacket.Name("other.example"), 0, 16, 0, 1] }).Txt(query.Name, "wrong name").ToArray(),
            new DnsPacket(query with { QuestionBytes = [.. DnsPacket.Name(query.Name), 0, 1, 0, 1] }).Txt(query.Name, "wrong type").ToArray(),
            new DnsPacket(query).WithoutQuestion().Txt(query.Name, "no question").ToArray(),
            new DnsPacket(query).Txt(query.Name, "right").ToArray(),
        ]);

        var response = await Patient.QueryAsync(TxtQuestion, server.Endpoint, CancellationToken.None);

        Assert.Equal("right", Assert.Single(response.Answers).Data);
    }

    [Theory]
    [InlineData(2, DnsResponseCode.ServFail)]
    [InlineData(3, DnsResponseCode.NXDomain)]
    [InlineData(5, DnsResponseCode.Refused)]
    public async Task An_error_code_is_an_answer(int code, DnsResponseCode expected)
    {
        using var server = ScriptedDnsServer.Answering(query => new DnsPacket(query, code));

        Assert.Equal(expected, (await Patient.QueryAsync(TxtQuestion, server.Endpoint, CancellationToken.None)).Code);
    }

    [Fact]
    public async Task A_server_that_does_not_know_EDNS_is_asked_without_it()
    {
        using var server = ScriptedDnsServer.Answering(query => query.HasEdns ? new DnsPacket(query, 1).WithoutQuestion() : new DnsPacket(query).Txt(query.Name, "old"));

        var response = await Patient.QueryAsync(TxtQuestion, server.Endpoint, CancellationToken.None);

        Assert.Equal("old", Assert.Single(response.Answers).Data);
    }

    [Fact]
    public async Task The_upper_bits_of_the_code_come_from_EDNS()
    {
        using var server = new ScriptedDnsServer(query =>
        {
            var packet = new DnsPacket(query).Record(3, [0], 41, []).ToArray();
            packet[^6] = 1;
            return [packet];
        });

        Assert.Equal(16, (int)(await Patient.QueryAsync(TxtQuestion, server.Endpoint, CancellationToken.None)).Code);
    }

    public static TheoryData<string, byte[]> BrokenNames => new()
    {
        { "points to itself", [0xC0, 45] },
        { "points forward", [0xC0, 200] },
        { "points out of the message", [0xFF, 0xFF] },
        { "has an unknown label type", [0x80, 1, 0] },
        { "ends in the middle", [63, 1] },
    };

    [Theory]
    [MemberData(nameof(BrokenNames))]
    public async Task An_answer_with_a_broken_name_is_an_error_and_no_loop(string what, byte[] wireName)
    {
        Assert.NotEmpty(what);
        using var server = ScriptedDnsServer.Answering(query => new DnsPacket(query).Record(1, wireName, 16, [1, 65]));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Patient.QueryAsync(TxtQuestion, server.Endpoint, CancellationToken.None));

        Assert.Equal("DnsInvalidResponse", error.ErrorId);
        Assert.Contains(server.Endpoint.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_names_that_point_to_each_other_are_no_loop()
    {
        // Header and question are 45 bytes: there the record begins, with a name that points at the data, which points back.
        using var server = ScriptedDnsServer.Answering(query => new DnsPacket(query).Record(1, [0xC0, 57], 5, [0xC0, 45]));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Patient.QueryAsync(TxtQuestion, server.Endpoint, CancellationToken.None));

        Assert.Equal("DnsInvalidResponse", error.ErrorId);
    }

    [Fact]
    public void A_name_that_grows_at_every_pointer_is_cut_off()
    {
        // Each name is a label and a pointer to the one before: 200 of them would be a name of 400 characters.
        var message = new List<byte> { 1, (byte)'a', 0 };
        var last = 0;
        for (var i = 0; i < 200; i++)
        {
            var start = message.Count;
            message.AddRange([1, (byte)'a', (byte)(0xC0 | (last >> 8)), (byte)last]);
            last = start;
        }

        Assert.Throws<FormatException>(() => WireName.Read([.. message], ref last));
    }

    [Fact]
    public void A_compressed_name_is_read_and_the_reader_goes_on_behind_it()
    {
        byte[] message = [3, (byte)'C', (byte)'o', (byte)'m', 0, 1, (byte)'a', 0xC0, 0, 9];
        var offset = 5;

        Assert.Equal("a.com", WireName.Read(message, ref offset));
        Assert.Equal(9, offset);
    }

    [Fact]
    public void A_name_with_any_byte_can_be_asked_for_as_it_was_read()
    {
        byte[] wire = [4, (byte)'.', (byte)'\\', 0, 255, 0];
        var offset = 0;
        var buffer = new List<byte>();

        WireName.Write(buffer, WireName.Read(wire, ref offset));

        Assert.Equal(wire, buffer);
    }

    [Fact]
    public async Task A_silent_server_is_asked_again_and_then_named()
    {
        using var server = ScriptedDnsServer.Answering(_ => null);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Hasty.QueryAsync(TxtQuestion, server.Endpoint, CancellationToken.None));

        Assert.Equal("DnsTimeout", error.ErrorId);
        Assert.Equal(ErrorKind.Timeout, error.Kind);
        Assert.Contains(server.Endpoint.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Queries.Count);
    }

    [Fact]
    public async Task Ids_and_source_ports_change_with_every_question()
    {
        using var server = ScriptedDnsServer.Answering(query => new DnsPacket(query));
        for (var i = 0; i < 12; i++)
        {
            await Patient.QueryAsync(TxtQuestion, server.Endpoint, CancellationToken.None);
        }

        Assert.True(server.Queries.Select(query => query.Id).Distinct().Count() > 6);
        Assert.True(server.Queries.Select(query => query.SourcePort).Distinct().Count() > 6);
    }

    [Fact]
    public async Task Nobody_at_the_port_is_an_error_of_its_own()
    {
        NameServerEndpoint closed;
        using (var server = ScriptedDnsServer.Answering(_ => null))
        {
            closed = server.Endpoint;
        }

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Hasty.QueryAsync(TxtQuestion, closed, CancellationToken.None));

        // Systems that do not report closed ports leave it at silence.
        Assert.Contains(error.ErrorId, new[] { "DnsUnreachable", "DnsTimeout" });
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        using var cancel = new CancellationTokenSource();
        using var server = ScriptedDnsServer.Answering(_ =>
        {
            cancel.Cancel();
            return null;
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Patient.QueryAsync(TxtQuestion, server.Endpoint, cancel.Token));
    }

    [Fact]
    public async Task A_server_may_be_given_by_name()
    {
        using var server = ScriptedDnsServer.Answering(query => new DnsPacket(query).Txt(query.Name, "value"));

        var response = await Patient.QueryAsync(TxtQuestion, server.Endpoint with { Host = "localhost" }, CancellationToken.None);

        Assert.Equal("value", Assert.Single(response.Answers).Data);
    }

    [Fact]
    public async Task The_next_server_of_the_machine_is_asked_when_one_fails()
    {
        using var failing = ScriptedDnsServer.Answering(query => new DnsPacket(query, 2));
        using var working = ScriptedDnsServer.Answering(query => new DnsPacket(query).Txt(query.Name, "value"));
        var resolver = new DnsResolver(new DnsResolverOptions { SystemServers = [failing.Endpoint, working.Endpoint] });

        var response = await resolver.QueryAsync(TxtQuestion, null, CancellationToken.None);

        Assert.Equal("value", Assert.Single(response.Answers).Data);
        Assert.Single(failing.Queries);
    }

    [Fact]
    public async Task A_machine_without_name_servers_gets_a_clear_error()
    {
        var resolver = new DnsResolver(new DnsResolverOptions { SystemServers = [] });

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => resolver.QueryAsync(TxtQuestion, null, CancellationToken.None));

        Assert.Equal("NoNameServers", error.ErrorId);
    }

    [Fact]
    public void The_servers_of_resolv_conf_are_read_in_their_order()
        => Assert.Equal(
            ["192.0.2.53", "2001:db8::53"],
            SystemNameServers.FromResolverConfiguration(["# comment", "search example.com", "nameserver 192.0.2.53", "\tnameserver\t2001:db8::53 ", "nameserver broken", "options edns0"])
                .Select(address => address.ToString()));

    [Fact]
    public async Task CNAMEs_are_followed_to_their_end()
    {
        using var server = ScriptedDnsServer.Answering(query => query.Name switch
        {
            "a.example" => new DnsPacket(query).CName("a.example", "b.example"),
            "b.example" => new DnsPacket(query).CName("b.example", "c.example"),
            _ => new DnsPacket(query),
        });

        Assert.Equal("c.example", await Patient.FollowAsync("a.example", server.Endpoint, CancellationToken.None));
    }

    [Fact]
    public async Task CNAMEs_that_run_in_a_circle_are_an_error()
    {
        using var server = ScriptedDnsServer.Answering(query => new DnsPacket(query).CName(query.Name, query.Name == "a.example" ? "b.example" : "a.example"));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Patient.FollowAsync("a.example", server.Endpoint, CancellationToken.None));

        Assert.Equal("DnsAliasLoop", error.ErrorId);
    }
}
