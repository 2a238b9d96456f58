using System.Globalization;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Dns;

/// <summary>Looks at all that matters of one name. What was found stays when the time is over.</summary>
internal sealed class NameInspection
{
    private const string WildcardPrefix = "*.";
    private const int ManyValues = 10;

    private readonly string _name;
    private readonly string _domain;
    private readonly string _recordName;
    private readonly DnsReportOptions _options;
    private readonly Action<string> _tell;
    private readonly DnsFindings _findings = new();
    private readonly List<DnsZoneServer> _servers = [];
    private IDnsResolver _resolver;
    private string _resolvedName;
    private string _zone = string.Empty;

    public NameInspection(string name, IDnsResolver resolver, DnsReportOptions options, Action<string> tell)
    {
        _name = name;
        _domain = name.StartsWith(WildcardPrefix, StringComparison.Ordinal) ? name.Substring(WildcardPrefix.Length) : name;
        _recordName = _resolvedName = DnsChallengeRecord.NameFor(name, null, null);
        _resolver = resolver;
        _options = options;
        _tell = tell;
    }

    public DnsReport Report => new(_name, _recordName, _resolvedName, _zone, [.. _servers], _findings.ToList());

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            _tell("DNSSEC");
            var isAnswered = await LookAtDnssecAsync(cancellationToken).ConfigureAwait(false);
            _tell("aliases");
            var isFound = await FollowAliasesAsync(cancellationToken).ConfigureAwait(false);
            if (isFound && !isAnswered)
            {
                // Servers fail for aliases in a circle, too; then that has been said.
                _findings.Error(
                    "ServFail",
                    $"The name servers that were asked fail for {_recordName} (SERVFAIL).",
                    "Check that the name servers of the zone answer and speak for it.");
            }

            _tell("name servers");
            await LookAtZonesAsync(isFound, cancellationToken).ConfigureAwait(false);
            if (isFound)
            {
                _tell("present records");
                await LookAtValuesAsync(cancellationToken).ConfigureAwait(false);
            }

            _tell("CAA records");
            await new CaaInspection(_resolver, _options, _findings).RunAsync(_domain, _domain.Length < _name.Length, cancellationToken).ConfigureAwait(false);
        }
        catch (PoshAcmeException e)
        {
            _findings.Error(e);
        }
    }

    public void TimeIsOver()
        => _findings.Warning(
            "TimeOver",
            $"Not everything about {_name} could be looked at in {_options.Timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s.",
            "Give more time with -Timeout, or name a faster server with -NameServer.");

    // A server that validates answers SERVFAIL for a zone whose signatures are broken, and the truth when told not to look.
    private async Task<bool> LookAtDnssecAsync(CancellationToken cancellationToken)
    {
        var response = await _resolver.QueryAsync(new(_recordName, DnsRecordType.Txt), null, cancellationToken).ConfigureAwait(false);
        if (response.Code != DnsResponseCode.ServFail)
        {
            return true;
        }

        var unvalidated = await _resolver.QueryAsync(new(_recordName, DnsRecordType.Txt, CheckingDisabled: true), null, cancellationToken).ConfigureAwait(false);
        if (unvalidated.Code is not (DnsResponseCode.NoError or DnsResponseCode.NXDomain))
        {
            return false;
        }

        _findings.Error(
            "DnssecBroken",
            $"DNSSEC of {_recordName} is broken: servers that validate do not answer (SERVFAIL), and they do when told not to. A CA validates.",
            "Compare the DS record at the registrar with the keys of the zone, and check that its signatures are not out of date.");
        _resolver = new CheckingDisabledResolver(_resolver);
        return true;
    }

    private async Task<bool> FollowAliasesAsync(CancellationToken cancellationToken)
    {
        try
        {
            _resolvedName = await _resolver.FollowAsync(_recordName, null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PoshAcmeException e) when (e.ErrorId == "DnsAliasLoop")
        {
            _findings.Error("AliasLoop", e.Message, "Correct the CNAME records: the CA has to come to an end.");
            return false;
        }
    }

    private async Task LookAtZonesAsync(bool isFound, CancellationToken cancellationToken)
    {
        var inspection = new ZoneInspection(_resolver, new ZoneFinder(_resolver), _findings);
        try
        {
            var (zone, servers) = await inspection.RunAsync(isFound ? _recordName : _domain, cancellationToken).ConfigureAwait(false);
            _zone = zone;
            _servers.AddRange(servers);
        }
        catch (PoshAcmeException e) when (e.ErrorId == "DnsQueryFailed")
        {
            // A server for homes or guests may know addresses only. That says nothing about the zone.
            _findings.Warning("ZoneNotReadable", $"The name servers of {_recordName} cannot be looked at. {e.Message}", "Name a server that can be asked everything with -NameServer.");
        }
        catch (PoshAcmeException e)
        {
            _findings.Error(e);
        }

        if (!isFound || _resolvedName == _recordName)
        {
            return;
        }

        try
        {
            var (zone, servers) = await inspection.RunAsync(_resolvedName, cancellationToken).ConfigureAwait(false);
            _servers.AddRange(zone == _zone ? [] : servers);
            _zone = zone;
        }
        catch (PoshAcmeException e)
        {
            _zone = string.Empty;
            _findings.Error(
                "AliasDangling",
                $"{_recordName} is an alias of {_resolvedName}, where no record can be. {e.Message}",
                "Correct the CNAME record, or make the zone that it leads to.");
        }
    }

    private async Task LookAtValuesAsync(CancellationToken cancellationToken)
    {
        var sibling = $"{Guid.NewGuid():N}.{_domain}";
        var present = await _resolver.QueryAsync(new(_recordName, DnsRecordType.Txt), null, cancellationToken).ConfigureAwait(false);
        var answered = await _resolver.QueryAsync(new(sibling, DnsRecordType.Txt), null, cancellationToken).ConfigureAwait(false);
        if (present.FindAlias(_recordName) is { } target)
        {
            ReportAlias(target, isWildcard: target == answered.FindAlias(sibling));
        }

        var atEnd = _resolvedName == _recordName
            ? present
            : await _resolver.QueryAsync(new(_resolvedName, DnsRecordType.Txt), null, cancellationToken).ConfigureAwait(false);
        var values = ValuesIn(atEnd, _resolvedName);
        if (_resolvedName == _recordName && values.Count > 0 && new HashSet<string>(values, StringComparer.Ordinal).SetEquals(ValuesIn(answered, sibling)))
        {
            _findings.Warning(
                "WildcardTxt",
                $"A wildcard TXT record answers for {_recordName}: until the challenge is published, name servers may learn that value and keep it.",
                "Take TXT out of the wildcard, or give it a short time to live.");
        }
        else if (values.Count >= ManyValues)
        {
            _findings.Warning(
                "ManyValues",
                $"{_resolvedName} has {Number(values.Count)} TXT values already. A CA may look at a few only, and large answers get lost.",
                "Remove what former validations have left there.");
        }
        else if (values.Count > 0)
        {
            _findings.Info(
                "LeftoverValues",
                values.Count == 1 ? $"{_resolvedName} has a TXT value already." : $"{_resolvedName} has {Number(values.Count)} TXT values already.",
                "Remove what former validations have left there; it does no harm.");
        }
    }

    private void ReportAlias(string target, bool isWildcard)
    {
        if (isWildcard)
        {
            _findings.Warning(
                "WildcardAlias",
                $"A wildcard CNAME record answers for {_recordName} and leads to {target}: who follows it publishes there.",
                "Give the name a record of its own: a CNAME to where challenges are published, or any TXT record.");
        }
        else
        {
            _findings.Info(
                "Alias",
                $"{_recordName} is an alias of {_resolvedName}: the record has to be published there.",
                "Use a plugin that can change that zone, with -DnsAlias where it does not follow aliases.");
        }
    }

    private static IReadOnlyList<string> ValuesIn(DnsResponse response, string name)
        => [.. response.Answers.Where(record => record.Type == DnsRecordType.Txt && record.Name == name).Select(static record => record.Data)];

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
