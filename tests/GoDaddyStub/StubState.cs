namespace GoDaddyStub;

/// <summary>The records of all zones, and what was asked. Guard it with a lock on itself.</summary>
public sealed class StubState
{
    private int _lastId;

    /// <summary>All records.</summary>
    public List<StubRecord> Records { get; } = [];

    /// <summary>All requests, oldest first.</summary>
    public List<StubRequest> Requests { get; } = [];

    /// <summary>Whether a request came that makes the real server replace all TXT records of a zone, or the zone.</summary>
    public bool ZoneWiped { get; set; }

    /// <summary>Writes that were lost.</summary>
    public int LostWrites { get; set; }

    /// <summary>Adds a record.</summary>
    public StubRecord Add(string zone, string type, string name, string data, int ttl)
    {
        _lastId++;
        var record = new StubRecord($"{name}/{type}+{_lastId}==", zone, type, name, data, ttl);
        Records.Add(record);
        return record;
    }

    /// <summary>The records of one type and name.</summary>
    public List<StubRecord> Find(string zone, string type, string name)
        => Records.FindAll(r => Same(r.Zone, zone) && Same(r.Type, type) && Same(r.Name, name));

    /// <summary>Compares names as DNS does.</summary>
    public static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
